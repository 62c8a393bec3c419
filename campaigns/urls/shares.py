"""Addresses of shares. Where customers are chosen to share with (shares/new/) is the floor above's."""

from django.urls import path

from campaigns.views import presets, shares, shares_made

urlpatterns = [
    path("shares/", shares.share_list, name="shares"),
    path("shares/presets/", presets.presets, name="share_presets"),
    path("shares/presets/restore/", presets.restore_preset, name="share_preset_restore"),
    path("shares/presets/<int:number>/delete/", presets.delete_preset, name="delete_share_preset"),
    path("shares/made/<int:number>/", shares_made.shares_made, name="shares_made"),
    path("shares/made/<int:number>/revoke/", shares_made.revoke_made, name="revoke_shares_made"),
    path("shares/made/<int:number>/letters.csv", shares_made.shares_letters, name="shares_letters"),
    path("shares/made/<int:number>/letters-<slug:pictures>.zip", shares_made.shares_codes, name="shares_codes"),
    path("shares/<uuid:key>/", shares.share_page, name="share"),
    path("shares/<uuid:key>/revoke/", shares.revoke_share, name="revoke_share"),
    path("shares/<uuid:key>/qr.svg", shares.qr_svg, name="share_qr_svg"),
    path("shares/<uuid:key>/qr.png", shares.qr_png, name="share_qr_png"),
]
