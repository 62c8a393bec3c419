"""Publications as customers find and order them, and as staff offer them and send issues."""

from django.urls import path

from campaigns.views import sending_issues, subscribing
from records.enums import ReturnReason

urlpatterns = [
    path("s/<str:token>/publication/", subscribing.share_publication, name="share_publication"),
    path("publications/", subscribing.publications_open, name="publications_open"),
    path("publications/<uuid:key>/offer/", sending_issues.publication_offer, name="publication_offer"),
    path("publications/<uuid:key>/draw/", sending_issues.fulfilment_draw, name="fulfilment_draw"),
    path("publications/<slug:slug>/", subscribing.publication_open, name="publication_open"),
    path("publication/<str:token>/", subscribing.publication_own, name="publication_own"),
    path("publication/<str:token>/unsubscribe/", subscribing.publication_leave, name="publication_leave"),
    path("fulfilments/<uuid:key>/labels.pdf", sending_issues.fulfilment_labels, name="fulfilment_labels"),
    path("fulfilments/<uuid:key>/sent/", sending_issues.fulfilment_sent, name="fulfilment_sent"),
    path("fulfilments/<uuid:key>/undo/", sending_issues.fulfilment_undo, name="fulfilment_undo"),
    *(
        path(f"fulfilments/labels/<uuid:key>/{why}/", sending_issues.entry_back, {"why": why}, name=f"entry_{why}")
        for why in ReturnReason.values
    ),
]
