"""What the tables of other packages hold: nothing of the notice, and why."""

from privacy.holdings import SystemData, declare

REASONS = {
    "privacy.User_groups": "Which roles an account has.",
    "privacy.User_user_permissions": "Not used: permissions come from roles.",
    "auth.Group": "The roles.",
    "auth.Group_permissions": "What each role may do.",
    "auth.Permission": "The names of what may be done.",
    "contenttypes.ContentType": "The names of the models.",
    "sessions.Session": "Sessions of the agency's staff: their account's number and the purpose that they read for.",
    "account.EmailAddress": "E-mail addresses of the agency's staff.",
    "account.EmailConfirmation": "Confirmations of the e-mail addresses of the agency's staff.",
    "mfa.Authenticator": "Second factors of the agency's staff; their secrets are encrypted.",
    "admin.LogEntry": "What was done in the administration, which shows no record of a customer.",
}


def declare_all() -> None:
    for model, reason in REASONS.items():
        declare(model, SystemData(reason))
