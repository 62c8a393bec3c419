"""Addresses of mailings, of leaving them, and of the mail service's reports."""

from django.urls import path

from campaigns.views import lists, mail, mail_hook, mail_leaving, mail_messages

urlpatterns = [
    path("mailings/", lists.mailings, name="mailings"),
    path("mailings/new/", mail.mailing_new, name="mailing_new"),
    path("mailings/reports/", mail_messages.mail_reports, name="mail_reports"),
    path("mailings/<int:number>/", mail.mailing, name="mailing"),
    path("mailings/<int:number>/preview/", mail.mailing_preview, name="mailing_preview"),
    path("mailings/<int:number>/state/", mail.mailing_state, name="mailing_state"),
    path("mailings/<int:number>/test/", mail.mailing_test, name="mailing_test"),
    path("mailings/<int:number>/start/", mail.mailing_start, name="mailing_start"),
    path("mailings/<int:number>/pause/", mail.mailing_pause, name="mailing_pause"),
    path("mailings/<int:number>/resume/", mail.mailing_resume, name="mailing_resume"),
    path("mailings/messages/", mail_messages.mail_messages, name="mail_messages"),
    path("mailings/messages/<int:number>/", mail_messages.mail_message, name="mail_message"),
    path("mailings/messages/<int:number>/settle/", mail_messages.settle_message, name="settle_message"),
    path("hooks/mail", mail_hook.mail_hook, name="mail_hook"),
    path("s/<str:token>/unsubscribe/", mail_leaving.unsubscribe, name="unsubscribe"),
]
