"""Where records of customers are shown. Each shows customer information (1), identifying information (2) and the
insight about what was shared with them (18)."""

from django.utils.translation import gettext_noop

from campaigns.views.webpages import KEEPERS
from privacy.places import declare_place
from privacy.roles import SEES_CUSTOMERS, Permit
from records.nouns import children_of
from records.nouns.customers import NOUN as CUSTOMERS_NOUN

SHOWN = (1, 2, 18)


def of_customers_things() -> set[int]:
    """The categories of what the nouns put on a customer's page: calls, preferences, registrations …"""
    return {category for child in children_of(CUSTOMERS_NOUN) for category in child.categories}


HOME = declare_place(
    "home", gettext_noop("Home: own customers, next steps, latest views, what was shared"), (1, 2, 3, 18), is_page=True
)
CUSTOMERS = declare_place(
    "customers", gettext_noop("The list of customers, also as a file"), SHOWN, is_page=True, permits=SEES_CUSTOMERS
)
JUMPING = declare_place("jump", gettext_noop("Jumping to a customer by a few letters"), (1, 2), is_page=True)
ASSIGNING = declare_place("assign_customers", gettext_noop("Assigning customers"), SHOWN)
SHARING = declare_place("shares_new", gettext_noop("Sharing with customers"), SHOWN)
CUSTOMER = declare_place(
    "customer",
    gettext_noop("A customer's page, also as a file"),
    tuple(sorted({*SHOWN, *of_customers_things()})),
    in_parts=True,
)
CUSTOMER_API = declare_place("api_customer_report", gettext_noop("A customer's report by the API"), SHOWN)
CUSTOMER_COMMAND = declare_place(
    "report_customer", gettext_noop("A customer's report by command (manage.py report customer)"), SHOWN
)
RECOMMENDATIONS_API = declare_place(
    "api_recommendations", gettext_noop("What a customer may want next, by the API"), SHOWN, permits=SEES_CUSTOMERS
)
WEB_PAGE_INSIGHTS = declare_place(
    "web_page_insights",
    gettext_noop("Web page insights, also as a file and by the API"),
    (18,),
    is_page=True,
    permits=KEEPERS,
)
MEETING_INSIGHTS = declare_place(
    "meeting_insights",
    gettext_noop("Meeting insights, also as a file and by the API"),
    (18,),
    is_page=True,
    permits=SEES_CUSTOMERS,
)
# Names, and whither a letter goes; whose they are is no insight.
CAMPAIGN_LETTERS = declare_place(
    "campaign_letters",
    gettext_noop("The letters of a campaign, as a file for a print shop"),
    (1, 2),
    permits=(Permit.KEEP_CAMPAIGNS,),
)
LIKELY = declare_place(
    "likely",
    gettext_noop("Who is likely to respond to a campaign, also as a file"),
    SHOWN,
    permits=(Permit.KEEP_CUSTOMERS,),
)
LIKELY_API = declare_place(
    "api_likely",
    gettext_noop("Who is likely to respond to a campaign, by the API"),
    SHOWN,
    permits=(Permit.KEEP_CUSTOMERS,),
)
TROUBLE = declare_place(
    "trouble",
    gettext_noop("Where customers seem to be in trouble"),
    (1, 2, 18),
    is_page=True,
    permits=(Permit.KEEP_CUSTOMERS,),
)
TROUBLE_API = declare_place(
    "api_trouble_areas",
    gettext_noop("Where customers seem to be in trouble, by the API"),
    (1, 2, 18),
    permits=(Permit.KEEP_CUSTOMERS,),
)
# What the detectors read, each some of it; what they leave is insight (18).
LOOKING_FOR_TROUBLE = declare_place(
    "find_trouble", gettext_noop("Finding where customers are in trouble (the program itself)"), (7, 9, 10, 17, 18)
)
