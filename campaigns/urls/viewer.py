"""The recipient's viewer and its beacon. Share addresses are short: they stand in letters and QR codes."""

from django.urls import path

from campaigns.views import beacon, viewer

urlpatterns = [
    path("c", beacon.collector, name="collector"),
    path("privacy-act-statement/", viewer.privacy_statement, name="privacy_act_statement"),
    path("s/<str:token>/", viewer.share_page, name="open_share"),
    path("s/<str:token>/passcode/", viewer.passcode, name="share_passcode"),
    path("s/<str:token>/print/", viewer.print_page, name="share_print"),
    path("s/<str:token>/text/", viewer.text_page, name="share_text"),
    path("s/<str:token>/file/", viewer.file_download, name="share_file"),
    path("s/<str:token>/go/", viewer.follow_link, name="share_link"),
    path("s/<str:token>/more/", viewer.hidden_page, name="share_hidden"),
    path(
        "s/<str:token>/v<int:version>/pages/<int:number>/<str:width>.webp", viewer.page_image, name="share_page_image"
    ),
    # Whatever else begins as a share's address: copied with a full stop, say.
    path("s/<str:token>/<path:rest>", viewer.nowhere, name="share_nowhere"),
]
