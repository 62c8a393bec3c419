"""Where records of customers are shown. Each shows customer information (1), identifying information (2) and the
insight about what was shared with them (18)."""

from privacy.places import declare_place

SHOWN = (1, 2, 18)

HOME = declare_place("home", "Home: own customers, their latest views, what was shared", SHOWN)
CUSTOMERS = declare_place("customers", "The list of customers, also as CSV and XLSX", SHOWN)
ASSIGNING = declare_place("assign_customers", "Assigning customers", SHOWN)
CUSTOMER = declare_place("customer", "A customer's page, also as CSV, XLSX and JSON", SHOWN)
CUSTOMER_API = declare_place("api_customer_report", "A customer's report by the API", SHOWN)
CUSTOMER_COMMAND = declare_place("report_customer", "A customer's report by command (manage.py report customer)", SHOWN)
