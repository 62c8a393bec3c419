"""A client of Waymark's API. Written by `manage.py api_client` from the API's description: change nothing here.

    waymark = Waymark("https://waymark.example.gov", key="wm_…")
    for customer in waymark.each_customers(territory="ne"):
        print(customer["number"])

Needs Python 3.11 and nothing else. What goes wrong raises Problem; where it says so with 429 or 503, or the same write
is under way, it is asked again after the time that the answer names, `patience` seconds at most. Each write carries an
Idempotency-Key, so that one which is sent again is done once.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NotRequired, TypedDict, cast
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

__all__ = ["Problem", "Waymark"]


class Problem(Exception):
    """What went wrong: `word` ends its type, `errors` are pairs of field and sentence."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {body.get('title', '')}: {body.get('detail', '')}")
        self.status = status
        self.word = str(body.get("type", "")).rpartition("#problem-")[2]
        self.detail = str(body.get("detail", ""))
        self.errors = [(str(one["field"]), str(one["detail"])) for one in body.get("errors", [])]


class CampaignData(TypedDict):
    slug: str
    name: str
    kind: Literal["promotion", "newsletter", "invitation", "launch", "retention", "research", "other"]
    state: Literal["draft", "approved", "running", "paused", "closed"]
    channels: list[Literal["email", "print", "link", "web", "event", "telephone"]]
    starts_on: str | None
    ends_on: str | None
    created_at: str
    is_made_up: bool
    goal: str
    goal_measure: Literal["view_rate", "response_rate", "conversion_rate", "responses", "conversions", "revenue", ""]
    goal_value: str | None
    audience: str | None
    description: str
    cost: str | None
    holdout_percent: int
    launched_at: str | None
    source_note: str
    variants: list[VariantData]


class CampaignNumbersData(TypedDict):
    slug: str
    name: str
    state: Literal["draft", "approved", "running", "paused", "closed"]
    starts_on: str | None
    ends_on: str | None
    recipients: int | None
    viewers: int | None
    response_rate: float | None
    conversions: int | None
    revenue: str | None
    goal: GoalData | None
    hidden: list[str]


class CampaignNumbersPage(TypedDict):
    results: list[CampaignNumbersData]
    next: str | None


class CampaignPage(TypedDict):
    results: list[CampaignRowData]
    next: str | None


class CampaignRowData(TypedDict):
    slug: str
    name: str
    kind: Literal["promotion", "newsletter", "invitation", "launch", "retention", "research", "other"]
    state: Literal["draft", "approved", "running", "paused", "closed"]
    channels: list[Literal["email", "print", "link", "web", "event", "telephone"]]
    starts_on: str | None
    ends_on: str | None
    created_at: str
    is_made_up: bool


class CampaignSentRequest(TypedDict):
    name: str
    goal: NotRequired[str]
    goal_measure: NotRequired[
        Literal["view_rate", "response_rate", "conversion_rate", "responses", "conversions", "revenue", ""]
    ]
    goal_value: NotRequired[str | None]
    description: NotRequired[str]
    kind: NotRequired[Literal["promotion", "newsletter", "invitation", "launch", "retention", "research", "other"]]
    channels: NotRequired[list[Literal["email", "print", "link", "web", "event", "telephone"]]]
    starts_on: NotRequired[str | None]
    ends_on: NotRequired[str | None]
    cost: NotRequired[str | None]
    audience: NotRequired[str | None]


class CustomerData(TypedDict):
    disagreements: list[DisagreementData]
    key: str
    number: str
    name: str
    organization: OrganizationNamed | None
    territory: str | None
    created_at: str
    is_made_up: bool
    email: str
    phone: str
    street: str
    city: str
    state: str
    postal_code: str
    date_of_birth: str | None
    age: int | None
    job_title: str
    job_description: str
    role: str
    level: str
    customer_since: str | None
    relationship_ended_on: str | None
    relationship_end_reason: str
    source: Literal["customer", "personnel", "list provider"]
    location: Literal["headquarters", "business solutions", "customer service", "facility", "post office", "contractor"]


class CustomerNamed(TypedDict):
    key: str
    name: str


class CustomerPage(TypedDict):
    results: list[CustomerRowData]
    next: str | None


class CustomerRowData(TypedDict):
    disagreements: list[DisagreementData]
    key: str
    number: str
    name: str
    organization: OrganizationNamed | None
    territory: str | None
    created_at: str
    is_made_up: bool


class CustomerSentRequest(TypedDict):
    number: str
    name: str
    email: NotRequired[str]
    phone: NotRequired[str]
    street: NotRequired[str]
    city: NotRequired[str]
    state: NotRequired[str]
    postal_code: NotRequired[str]
    organization: NotRequired[str]
    job_title: NotRequired[str]
    job_description: NotRequired[str]
    role: NotRequired[str]
    level: NotRequired[str]
    date_of_birth: NotRequired[str | None]
    age: NotRequired[int | None]
    territory: NotRequired[str | None]
    customer_since: NotRequired[str | None]
    relationship_ended_on: NotRequired[str | None]
    relationship_end_reason: NotRequired[str]
    source: NotRequired[Literal["customer", "personnel", "list provider"]]
    location: NotRequired[
        Literal["headquarters", "business solutions", "customer service", "facility", "post office", "contractor"]
    ]


class DisagreementData(TypedDict):
    field: str
    label: str
    statement: str
    filed_on: str


class EventSentRequest(TypedDict):
    id: str
    kind: Literal["delivered", "visit", "view", "page", "download", "begun", "response", "conversion"]
    occurred_at: str
    share: NotRequired[str]
    customer: NotRequired[str]
    campaign: NotRequired[str]
    visit: NotRequired[str]
    version: NotRequired[int]
    page: NotRequired[int]
    dwell_seconds: NotRequired[float]
    amount: NotRequired[str]


class EventsSentRequest(TypedDict):
    events: list[EventSentRequest]


class EventsTakenData(TypedDict):
    accepted: int
    duplicate: int


class ExportData(TypedDict):
    key: str
    of: str
    title: str
    query: str
    format: str
    state: Literal["queued", "running", "ready", "failed", "cancelled", "expired"]
    rows: int
    rows_done: int
    size: int
    error: str
    asked_at: str
    as_of: str | None
    expires_at: str | None
    file: str | None


class ExportPage(TypedDict):
    results: list[ExportData]
    next: str | None


class FoundData(TypedDict):
    people: list[PersonData]
    organizations: list[FoundOrganizationData]
    meetings: list[FoundMeetingData]
    records: list[FoundRecordData]
    has_more: bool


class FoundMeetingData(TypedDict):
    key: str
    number: str
    started_at: str


class FoundOrganizationData(TypedDict):
    disagreements: list[DisagreementData]
    key: str
    number: str | None
    name: str


class FoundRecordData(TypedDict):
    key: str
    category: int
    collected_at: str


class GoalData(TypedDict):
    measure: Literal["view_rate", "response_rate", "conversion_rate", "responses", "conversions", "revenue"]
    target: float
    so_far: float | None
    share: float | None


ImportData = TypedDict(
    "ImportData",
    {
        "import": "int | None",
        "id": "str",
        "kind": "str",
        "file": "str",
        "state": "str",
        "error": "str",
        "read": "int",
        "loaded": "int",
        "already_present": "int",
        "rejected": "int",
        "secrets_dropped": "int",
        "reasons": "list[ReasonData]",
        "address": "str",
    },
)


class KindData(TypedDict):
    kind: str
    label: str
    categories: list[int]
    of: list[str]


class KindsData(TypedDict):
    results: list[KindData]


class LookUpRequest(TypedDict):
    subject: NotRequired[Literal["customers", "insight", "organizations", "meetings", "sessions", "collaboration"]]
    key: str
    value: str


class MaterialData(TypedDict):
    slug: str
    title: str
    kind: Literal["document", "link"]
    topics: list[str]
    version: int
    page_count: int | None
    share_count: int
    withdrawn_at: str | None
    created_at: str
    is_made_up: bool
    description: str
    address: str
    versions: list[MaterialVersionData]


class MaterialPage(TypedDict):
    results: list[MaterialRowData]
    next: str | None


class MaterialRowData(TypedDict):
    slug: str
    title: str
    kind: Literal["document", "link"]
    topics: list[str]
    version: int
    page_count: int | None
    share_count: int
    withdrawn_at: str | None
    created_at: str
    is_made_up: bool


class MaterialVersionData(TypedDict):
    number: int
    state: Literal["waiting", "working", "ready", "failed"]
    media_type: str
    size: int
    page_count: int
    failure: str
    created_at: str


class NewExportRequest(TypedDict):
    of: str
    query: NotRequired[str]
    format: str
    leaves: NotRequired[bool]
    recipient_name: NotRequired[str]
    recipient_address: NotRequired[str]
    routine_use: NotRequired[int | None]


class NewImportRequest(TypedDict):
    file: str
    kind: str
    mapping: NotRequired[str]


class NewMaterialSentRequest(TypedDict):
    title: str
    description: NotRequired[str]
    topics: NotRequired[str]
    file: NotRequired[str]
    address: NotRequired[str]


class NewSharesRequest(TypedDict):
    customers: list[str]
    material: str
    channel: NotRequired[str]
    expires_on: NotRequired[str | None]
    passcode: NotRequired[str]
    pinned_version: NotRequired[int | None]
    may_download: NotRequired[bool]
    verified_only: NotRequired[bool]
    has_watermark: NotRequired[bool]
    notifies_sender: NotRequired[bool]
    again: NotRequired[bool]


class NewWebPageSentRequest(TypedDict):
    title: str
    customer: NotRequired[str | None]
    organization: NotRequired[str | None]


class OrganizationData(TypedDict):
    disagreements: list[DisagreementData]
    key: str
    number: str | None
    name: str
    city: str
    state: str
    created_at: str
    size: str
    years_in_business: int | None
    company_age: int | None
    employees: int | None
    sales: str | None
    revenue: str | None
    advertising_agency: str
    advertising_spending: str | None
    street: str
    postal_code: str
    relationship_ended_on: str | None
    source: Literal["customer", "personnel", "list provider"]
    location: Literal["headquarters", "business solutions", "customer service", "facility", "post office", "contractor"]


class OrganizationNamed(TypedDict):
    key: str
    number: str | None
    name: str


class OrganizationPage(TypedDict):
    results: list[OrganizationRowData]
    next: str | None


class OrganizationRowData(TypedDict):
    disagreements: list[DisagreementData]
    key: str
    number: str | None
    name: str
    city: str
    state: str
    created_at: str


class OrganizationSentRequest(TypedDict):
    name: str
    number: NotRequired[str | None]
    size: NotRequired[str]
    years_in_business: NotRequired[int | None]
    company_age: NotRequired[int | None]
    employees: NotRequired[int | None]
    sales: NotRequired[str | None]
    revenue: NotRequired[str | None]
    advertising_agency: NotRequired[str]
    advertising_spending: NotRequired[str | None]
    street: NotRequired[str]
    city: NotRequired[str]
    state: NotRequired[str]
    postal_code: NotRequired[str]
    relationship_ended_on: NotRequired[str | None]
    source: NotRequired[Literal["customer", "personnel", "list provider"]]
    location: NotRequired[
        Literal["headquarters", "business solutions", "customer service", "facility", "post office", "contractor"]
    ]


class PatchedCampaignSentRequest(TypedDict):
    name: NotRequired[str]
    goal: NotRequired[str]
    goal_measure: NotRequired[
        Literal["view_rate", "response_rate", "conversion_rate", "responses", "conversions", "revenue", ""]
    ]
    goal_value: NotRequired[str | None]
    description: NotRequired[str]
    kind: NotRequired[Literal["promotion", "newsletter", "invitation", "launch", "retention", "research", "other"]]
    channels: NotRequired[list[Literal["email", "print", "link", "web", "event", "telephone"]]]
    starts_on: NotRequired[str | None]
    ends_on: NotRequired[str | None]
    cost: NotRequired[str | None]
    audience: NotRequired[str | None]


class PatchedCustomerSentRequest(TypedDict):
    number: NotRequired[str]
    name: NotRequired[str]
    email: NotRequired[str]
    phone: NotRequired[str]
    street: NotRequired[str]
    city: NotRequired[str]
    state: NotRequired[str]
    postal_code: NotRequired[str]
    organization: NotRequired[str]
    job_title: NotRequired[str]
    job_description: NotRequired[str]
    role: NotRequired[str]
    level: NotRequired[str]
    date_of_birth: NotRequired[str | None]
    age: NotRequired[int | None]
    territory: NotRequired[str | None]
    customer_since: NotRequired[str | None]
    relationship_ended_on: NotRequired[str | None]
    relationship_end_reason: NotRequired[str]
    source: NotRequired[Literal["customer", "personnel", "list provider"]]
    location: NotRequired[
        Literal["headquarters", "business solutions", "customer service", "facility", "post office", "contractor"]
    ]


class PatchedDraftSentRequest(TypedDict):
    draft: NotRequired[list[dict[str, str]]]


class PatchedMaterialSentRequest(TypedDict):
    title: NotRequired[str]
    description: NotRequired[str]
    address: NotRequired[str]


class PatchedOrganizationSentRequest(TypedDict):
    name: NotRequired[str]
    number: NotRequired[str | None]
    size: NotRequired[str]
    years_in_business: NotRequired[int | None]
    company_age: NotRequired[int | None]
    employees: NotRequired[int | None]
    sales: NotRequired[str | None]
    revenue: NotRequired[str | None]
    advertising_agency: NotRequired[str]
    advertising_spending: NotRequired[str | None]
    street: NotRequired[str]
    city: NotRequired[str]
    state: NotRequired[str]
    postal_code: NotRequired[str]
    relationship_ended_on: NotRequired[str | None]
    source: NotRequired[Literal["customer", "personnel", "list provider"]]
    location: NotRequired[
        Literal["headquarters", "business solutions", "customer service", "facility", "post office", "contractor"]
    ]


class PersonData(TypedDict):
    disagreements: list[DisagreementData]
    key: str
    number: str
    name: str
    organization: str | None


class ReasonData(TypedDict):
    column: str
    reason: str
    count: int
    first_line: int


class RecipientData(TypedDict):
    disagreements: list[DisagreementData]
    key: str
    number: str
    name: str


class RecordData(TypedDict):
    disagreements: list[DisagreementData]
    key: str
    kind: str
    fields: dict[str, Any]


class RecordPage(TypedDict):
    results: list[RecordData]
    next: str | None


class ShareData(TypedDict):
    key: str
    link: str
    state: Literal["open", "expired", "revoked"]
    customer: RecipientData | None
    material: str
    campaign: str | None
    number: int | None
    shared_at: str
    expires_at: str | None
    revoked_at: str | None
    channel: Literal["email", "print", "link", "web", "event", "telephone"]
    pinned_version: int | None
    has_passcode: bool
    may_download: bool
    verified_only: bool
    has_watermark: bool
    notifies_sender: bool


class SharePage(TypedDict):
    results: list[ShareData]
    next: str | None


class SharedData(TypedDict):
    asked: int
    made: int
    left_out: dict[str, int]
    shares: list[ShareData]


class TroubleAreaData(TypedDict):
    key: str
    customer: TroubleCustomer
    detector: str
    trouble: str
    seen: str
    proposed: str
    state: Literal["open", "acted", "dismissed", "passed"]
    found_at: str
    seen_at: str
    settled_at: str | None
    note: str


class TroubleAreaPage(TypedDict):
    results: list[TroubleAreaData]
    next: str | None


class TroubleCustomer(TypedDict):
    key: str
    number: str
    name: str


UndoneData = TypedDict(
    "UndoneData",
    {
        "import": "int | None",
        "id": "str",
        "kind": "str",
        "file": "str",
        "state": "str",
        "error": "str",
        "read": "int",
        "loaded": "int",
        "already_present": "int",
        "rejected": "int",
        "secrets_dropped": "int",
        "reasons": "list[ReasonData]",
        "address": "str",
        "gone": "str",
    },
)


class VariantData(TypedDict):
    name: str
    label: str
    is_control: bool
    is_holdout: bool
    weight: int
    material: str | None


class VersionSentRequest(TypedDict):
    file: str


class WebPageData(TypedDict):
    slug: str
    title: str
    customer: CustomerNamed | None
    organization: str | None
    version: int
    changed_at: str
    blocks: list[dict[str, str]]
    draft: list[dict[str, str]]


class WebPagePage(TypedDict):
    results: list[WebPageRowData]
    next: str | None


class WebPageRowData(TypedDict):
    slug: str
    title: str
    customer: CustomerNamed | None
    organization: str | None
    version: int
    changed_at: str


class NextBest(TypedDict):
    slug: str
    title: str
    reason: str
    score: float | None
    next_page: int | None


class ModelInForce(TypedDict):
    version: int
    method: str
    trained_at: str
    people: int
    measured: int
    recall: float | None
    baseline: float | None


class NextBestReport(TypedDict):
    materials: list[NextBest]
    left_out: str
    model: ModelInForce | None


class Owed(TypedDict):
    slug: str
    name: str
    people: int | None
    credit: dict[str, float] | None


class Freshness(TypedDict):
    folded_at: str | None
    waiting_since: str | None
    waiting_facts: int


class AttributionReport(TypedDict):
    first: str
    last: str
    conversions: int
    untouched: int
    campaigns: list[Owed]
    counted_at: str
    freshness: Freshness


class JudgedLift(TypedDict):
    absolute: float
    relative: float | None
    ci_low: float | None
    ci_high: float | None
    always_low: float | None
    always_high: float | None
    p: float | None
    more_recipients: int | None
    worth: float | None
    is_rough: bool
    is_over: bool
    verdict: str | None


class VariantResult(TypedDict):
    name: str
    label: str
    is_control: bool
    recipients: int | None
    deliveries: int | None
    shared_people: int | None
    delivered_people: int | None
    viewers: int | None
    raw_viewers: int | None
    visitors: int | None
    engaged_people: int | None
    responders: int | None
    converters: int | None
    views: int | None
    raw_views: int | None
    visits: int | None
    raw_visits: int | None
    dwell_seconds: float | None
    responses: int | None
    conversions: int | None
    revenue: float | None
    unknown_amount_people: int | None
    view_rate: float | None
    visit_rate: float | None
    response_rate: float | None
    conversion_rate: float | None
    revenue_per_recipient: float | None
    lift: dict[str, JudgedLift | None] | None


class DayResult(TypedDict):
    day: str
    variant: str
    recipients: int | None
    deliveries: int | None
    views: int | None
    raw_views: int | None
    visits: int | None
    responses: int | None
    conversions: int | None
    revenue: float | None


class Division(TypedDict):
    variant: str
    people: int
    expected: float


class TestResult(TypedDict):
    is_over: bool
    blocked: str
    cautions: list[str]
    p: float | None
    division: list[Division]
    has_shares: bool
    comparisons: int


class Incremental(TypedDict):
    revenue: float
    low: float
    high: float
    return_on_cost: float | None
    return_low: float | None
    return_high: float | None


class CostResult(TypedDict):
    cost: float | None
    revenue: float | None
    per_response: float | None
    per_conversion: float | None
    return_on_cost: float | None
    held_out: int | None
    incremental: Incremental | None


class GoalResult(TypedDict):
    measure: str
    target: float
    so_far: float
    share: float
    low: float | None
    high: float | None
    state: str


class CampaignReport(TypedDict):
    slug: str
    name: str
    description: str
    starts_on: str | None
    ends_on: str | None
    source_note: str
    is_demo: bool
    recorded: list[str]
    totals: VariantResult
    variants: list[VariantResult]
    days: list[DayResult]
    freshness: Freshness
    test: TestResult | None
    cost: CostResult | None
    goal: GoalResult | None


class Lift(TypedDict):
    absolute: float
    relative: float | None
    ci_low: float | None
    ci_high: float | None


class AdjustedLift(TypedDict):
    variant: str
    measure: str
    plain: Lift
    lift: JudgedLift
    removed: float


class AdjustedTest(TypedDict):
    campaign: str
    campaign_slug: str
    people: int
    came_before: int
    is_over: bool
    blocked: str
    lifts: list[AdjustedLift]
    freshness: Freshness


class Step(TypedDict):
    name: str
    people: int | None
    before: int | None
    both: int | None


class Group(TypedDict):
    key: str
    name: str
    people: int | None
    steps: list[Step]
    revenue: float | None


class PastCampaign(TypedDict):
    slug: str
    name: str
    began: str
    people: int
    reached: dict[str, int | None]


class FunnelReport(TypedDict):
    slug: str
    name: str
    by: str
    kind: str
    steps: list[str]
    groups: list[Group]
    total: Group
    gone: int
    goal: GoalResult | None
    past: list[PastCampaign]
    freshness: Freshness


class Tenth(TypedDict):
    tenth: int
    people: int | None
    lowest: float | None
    probability: float | None
    expected: float | None


class LikelyReason(TypedDict):
    field: str
    value: float | str | None
    usual: float | str | None
    without: float


class LikelyCustomer(TypedDict):
    key: str
    number: str
    name: str
    probability: float
    tenth: int
    reasons: list[LikelyReason]


class Foretelling(TypedDict):
    version: int
    trained_at: str
    draws: int
    responses: int
    campaigns: int
    people: int
    parts: dict[str, list[int]]
    fields: list[str]
    auc: float | None
    auc_low: float | None
    lift: float | None
    calibration_error: float | None
    plain_auc: float | None
    plain_lift: float | None
    plain_calibration_error: float | None


class LikelyReport(TypedDict):
    campaign: str
    campaign_slug: str
    state: str
    people: int | None
    tenths: list[Tenth]
    customers: list[LikelyCustomer]
    model: Foretelling | None


class ShareLine(TypedDict):
    key: str
    shared_at: str
    campaign: str | None
    campaign_slug: str | None
    shared_by: str | None


class MaterialOutcome(TypedDict):
    material: str
    material_slug: str
    share_count: int
    last_shared_at: str | None
    shares: list[ShareLine]
    views: int
    raw_views: int
    dwell_seconds: float
    first_at: str | None
    last_at: str | None


class CampaignOutcome(TypedDict):
    campaign: str
    campaign_slug: str
    variant: str
    deliveries: int
    views: int
    visits: int
    responses: int
    conversions: int
    revenue: float
    first_at: str | None
    last_at: str | None


class CustomerDay(TypedDict):
    day: str
    shares: int
    deliveries: int
    views: int
    raw_views: int
    visits: int
    responses: int
    conversions: int
    revenue: float
    dwell_seconds: float


class Part(TypedDict):
    name: str
    value: float | None
    points: float
    most: float
    usual: float | None


class Engagement(TypedDict):
    as_of: str
    score: float
    usual: float | None
    lowest: float | None
    highest: float | None
    change: str
    parts: list[Part]


class Disagreement(TypedDict):
    field: str
    label: str
    statement: str
    filed_on: str


class CustomerReport(TypedDict):
    key: str
    number: str
    name: str
    organization: str | None
    views: int
    raw_views: int
    visits: int
    responses: int
    conversions: int
    revenue: float
    dwell_seconds: float
    first_at: str | None
    last_at: str | None
    share_count: int
    materials: list[MaterialOutcome]
    campaigns: list[CampaignOutcome]
    days: list[CustomerDay]
    engagement: Engagement
    freshness: Freshness
    disagreements: list[Disagreement]


class Meetings(TypedDict):
    name: str
    key: str | None
    started_at: str | None
    meetings: int
    people: int | None
    attendances: int | None
    late: int | None
    rejoined: int | None
    wrote: int | None
    answered: int | None
    measured: int | None
    lost_sound: int | None
    sent_before: int | None
    read_before: int | None
    sent_after: int | None
    read_after: int | None
    stayed: float | None


class Around(TypedDict):
    name: str
    slug: str
    people: int | None
    sent_before: int | None
    read_before: int | None
    sent_after: int | None
    read_after: int | None


class Events(TypedDict):
    signed_up: int | None
    came: int | None
    missed: int | None
    unknown: int | None


class MeetingReport(TypedDict):
    first: str
    last: str
    around: int
    total: Meetings
    hosts: list[Meetings]
    meetings: list[Meetings]
    materials: list[Around]
    events: Events
    freshness: Freshness


class Usage(TypedDict):
    name: str
    slug: str
    shares: int
    people: int | None
    sent: int | None
    viewed: int | None
    responded: int | None
    last_at: str | None


class SharingReport(TypedDict):
    first: str
    last: str
    is_own: bool
    total: Usage
    staff: list[Usage]
    materials: list[Usage]
    channels: list[Usage]
    freshness: Freshness


class ReportColumn(TypedDict):
    name: str
    label: str
    kind: Literal["text", "count", "rate", "money", "decimal", "date", "moment"]


class ReportTable(TypedDict):
    of: str
    title: str
    as_of: str
    columns: list[ReportColumn]
    rows: list[dict[str, str | float | bool | None]]
    hidden: list[list[str]]
    notes: dict[str, str]


class PageUse(TypedDict):
    slug: str
    title: str
    version: int
    blocks: int
    recipients: int | None
    viewing_recipients: int | None
    responding_recipients: int | None
    viewers: int | None
    views: int | None
    raw_views: int | None
    readers: int | None
    dwell_seconds: float | None
    began: int | None
    finished: int | None
    left_after: int | None
    forms_begun: int | None
    forms_left: int | None


class WebPagesReport(TypedDict):
    pages: list[PageUse]
    freshness: Freshness


class Median(TypedDict):
    seconds: float
    is_beyond: bool


class BlockUse(TypedDict):
    number: int
    kind: str
    words: str
    readers: int | None
    raw_readers: int | None
    dwell_seconds: float | None
    median: Median | None
    lost: int | None
    opened: int | None


class VersionUse(TypedDict):
    number: int
    published_at: str
    blocks: int
    began: int | None
    finished: int | None
    dwell_seconds: float | None


class DayOfMaterial(TypedDict):
    day: str
    views: int | None


class WebPageReport(TypedDict):
    page: PageUse
    version: int
    blocks: list[BlockUse]
    versions: list[VersionUse]
    freshness: Freshness
    days: list[DayOfMaterial]


class _NoRedirects(HTTPRedirectHandler):
    """The key goes to the address that was given, and to no other."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


class Waymark:
    def __init__(self, address: str, key: str, *, timeout: float = 30.0, patience: float = 90.0) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"{address} is no address")
        self._base = f"{parts.scheme}://{parts.netloc}"
        self._key = key
        self._timeout = timeout
        self._patience = patience
        self._opener: OpenerDirector = build_opener(_NoRedirects)

    def list_campaigns(
        self,
        *,
        kind: Literal["promotion", "newsletter", "invitation", "launch", "retention", "research", "other"]
        | None = None,
        size: int | None = None,
        sort: Literal["-created_at", "name"] | None = None,
        starts_from: str | None = None,
        starts_to: str | None = None,
        state: Literal["draft", "approved", "running", "paused", "closed"] | None = None,
    ) -> CampaignPage:
        """The campaigns whose reports the caller may read."""
        return cast(
            "CampaignPage",
            self._ask(
                "GET",
                "/api/v1/campaigns",
                query={
                    "kind": kind,
                    "size": size,
                    "sort": sort,
                    "starts_from": starts_from,
                    "starts_to": starts_to,
                    "state": state,
                },
            ),
        )

    def each_campaigns(
        self,
        *,
        kind: Literal["promotion", "newsletter", "invitation", "launch", "retention", "research", "other"]
        | None = None,
        size: int | None = None,
        sort: Literal["-created_at", "name"] | None = None,
        starts_from: str | None = None,
        starts_to: str | None = None,
        state: Literal["draft", "approved", "running", "paused", "closed"] | None = None,
    ) -> Iterator[CampaignRowData]:
        """All that `list_campaigns` lists, page after page."""
        return self._pages(
            self.list_campaigns(
                kind=kind, size=size, sort=sort, starts_from=starts_from, starts_to=starts_to, state=state
            )
        )

    def create_campaign(self, body: CampaignSentRequest, *, idempotency_key: str | None = None) -> CampaignData:
        """Make a draft, under a slug made of its name: 201 with it; 400 saying what is wrong, and nothing is
        kept."""
        return cast(
            "CampaignData",
            self._ask("POST", "/api/v1/campaigns", headers={"Idempotency-Key": idempotency_key}, body=body),
        )

    def get_campaign(self, slug: str) -> CampaignData:
        """One campaign with its arms."""
        return cast("CampaignData", self._ask("GET", f"/api/v1/campaigns/{_part(slug)}"))

    def change_campaign(
        self,
        slug: str,
        body: PatchedCampaignSentRequest,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> CampaignData:
        """Changes what is sent, of a draft alone (409 for any other). With If-Match, only what is still as it
        was read."""
        return cast(
            "CampaignData",
            self._ask(
                "PATCH",
                f"/api/v1/campaigns/{_part(slug)}",
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ),
        )

    def discard_campaign(
        self, slug: str, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> CampaignData:
        """Discard a draft of which nothing came: 200 with what it was; 409 where it was launched or has
        people."""
        return cast(
            "CampaignData",
            self._ask(
                "DELETE",
                f"/api/v1/campaigns/{_part(slug)}",
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
            ),
        )

    def list_customers(
        self,
        *,
        created_since: str | None = None,
        organization: str | None = None,
        size: int | None = None,
        sort: Literal["number", "-created_at"] | None = None,
        territory: str | None = None,
    ) -> CustomerPage:
        """The customers whom the key's owner sees; a new one, who is the owner's from then on."""
        return cast(
            "CustomerPage",
            self._ask(
                "GET",
                "/api/v1/customers",
                query={
                    "created_since": created_since,
                    "organization": organization,
                    "size": size,
                    "sort": sort,
                    "territory": territory,
                },
            ),
        )

    def each_customers(
        self,
        *,
        created_since: str | None = None,
        organization: str | None = None,
        size: int | None = None,
        sort: Literal["number", "-created_at"] | None = None,
        territory: str | None = None,
    ) -> Iterator[CustomerRowData]:
        """All that `list_customers` lists, page after page."""
        return self._pages(
            self.list_customers(
                created_since=created_since, organization=organization, size=size, sort=sort, territory=territory
            )
        )

    def create_customer(self, body: CustomerSentRequest, *, idempotency_key: str | None = None) -> CustomerData:
        """201 with the customer; 400 saying what is wrong, and nothing is kept."""
        return cast(
            "CustomerData",
            self._ask("POST", "/api/v1/customers", headers={"Idempotency-Key": idempotency_key}, body=body),
        )

    def get_customer(self, key: str) -> CustomerData:
        """One customer: all that the record says."""
        return cast("CustomerData", self._ask("GET", f"/api/v1/customers/{_part(key)}"))

    def change_customer(
        self,
        key: str,
        body: PatchedCustomerSentRequest,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> CustomerData:
        """Changes what is sent. With If-Match, only what is still as it was read."""
        return cast(
            "CustomerData",
            self._ask(
                "PATCH",
                f"/api/v1/customers/{_part(key)}",
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ),
        )

    def create_events(self, body: EventsSentRequest, *, idempotency_key: str | None = None) -> EventsTakenData:
        """Store at most 1,000 events: 201 with how many are new; 400 saying what is wrong, and nothing is
        stored."""
        return cast(
            "EventsTakenData",
            self._ask("POST", "/api/v1/events", headers={"Idempotency-Key": idempotency_key}, body=body),
        )

    def list_exports(self, *, size: int | None = None, sort: Literal["-asked_at"] | None = None) -> ExportPage:
        """The caller's own exports, the newest first."""
        return cast("ExportPage", self._ask("GET", "/api/v1/exports", query={"size": size, "sort": sort}))

    def each_exports(
        self, *, size: int | None = None, sort: Literal["-asked_at"] | None = None
    ) -> Iterator[ExportData]:
        """All that `list_exports` lists, page after page."""
        return self._pages(self.list_exports(size=size, sort=sort))

    def create_export(self, body: NewExportRequest, *, idempotency_key: str | None = None) -> ExportData:
        """Have a list or report made as a file, in the background: 202; read it again until it is ready.
        Records are exported for the purpose that the key was made for, which they must serve (403 otherwise).
        A file that leaves the agency needs its recipient and the routine use, and is accounted for."""
        return cast(
            "ExportData", self._ask("POST", "/api/v1/exports", headers={"Idempotency-Key": idempotency_key}, body=body)
        )

    def get_export(self, key: str) -> ExportData:
        """How far it is."""
        return cast("ExportData", self._ask("GET", f"/api/v1/exports/{_part(key)}"))

    def cancel_export(self, key: str, *, idempotency_key: str | None = None) -> ExportData:
        """Stop it; nothing is kept of the file. 409 where it has ended."""
        return cast(
            "ExportData",
            self._ask("POST", f"/api/v1/exports/{_part(key)}/cancel", headers={"Idempotency-Key": idempotency_key}),
        )

    def get_export_file(self, key: str) -> bytes:
        """The file; 404 until it is ready, and once it is deleted. Each taking of records is in the access
        log."""
        return cast("bytes", self._ask("GET", f"/api/v1/exports/{_part(key)}/file"))

    def create_import(self, body: Mapping[str, str | Path], *, idempotency_key: str | None = None) -> ImportData:
        """Take the file and have it imported. 202 with the import; 400 saying what is wrong, and nothing is
        kept."""
        return cast(
            "ImportData", self._ask("POST", "/api/v1/imports", headers={"Idempotency-Key": idempotency_key}, form=body)
        )

    def get_import(self, key: str) -> ImportData:
        """The state of an import, its counts, and why rows were rejected, the most frequent reasons first."""
        return cast("ImportData", self._ask("GET", f"/api/v1/imports/{_part(key)}"))

    def get_import_rejects(self, key: str) -> str:
        """The rejected rows as CSV, through the door. 404 where there are none."""
        return cast("str", self._ask("GET", f"/api/v1/imports/{_part(key)}/rejects"))

    def undo_import(self, key: str, *, idempotency_key: str | None = None) -> UndoneData:
        """Take the import back, whole. 409 with the reason where that must not be."""
        return cast(
            "UndoneData",
            self._ask("POST", f"/api/v1/imports/{_part(key)}/undo", headers={"Idempotency-Key": idempotency_key}),
        )

    def list_materials(
        self,
        *,
        kind: Literal["document", "link"] | None = None,
        search: str | None = None,
        size: int | None = None,
        sort: Literal["-created_at", "title"] | None = None,
        state: Literal["ready", "prepared", "failed", "withdrawn", "all"] | None = None,
        tag: str | None = None,
    ) -> MaterialPage:
        """Documents and links that can be shared, and those that are on their way."""
        return cast(
            "MaterialPage",
            self._ask(
                "GET",
                "/api/v1/materials",
                query={"kind": kind, "search": search, "size": size, "sort": sort, "state": state, "tag": tag},
            ),
        )

    def each_materials(
        self,
        *,
        kind: Literal["document", "link"] | None = None,
        search: str | None = None,
        size: int | None = None,
        sort: Literal["-created_at", "title"] | None = None,
        state: Literal["ready", "prepared", "failed", "withdrawn", "all"] | None = None,
        tag: str | None = None,
    ) -> Iterator[MaterialRowData]:
        """All that `list_materials` lists, page after page."""
        return self._pages(self.list_materials(kind=kind, search=search, size=size, sort=sort, state=state, tag=tag))

    def create_material(self, body: Mapping[str, str | Path], *, idempotency_key: str | None = None) -> MaterialData:
        """A new document from a file, or a link: 201 with it; 400 saying what is wrong, and nothing is kept.
        The pages of a file are drawn in the background: read the material again until its version is ready.
        What is found wrong only then stands as the version's failure."""
        return cast(
            "MaterialData",
            self._ask("POST", "/api/v1/materials", headers={"Idempotency-Key": idempotency_key}, form=body),
        )

    def get_material(self, slug: str) -> MaterialData:
        """One material with its versions, the newest first."""
        return cast("MaterialData", self._ask("GET", f"/api/v1/materials/{_part(slug)}"))

    def change_material(
        self,
        slug: str,
        body: PatchedMaterialSentRequest,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> MaterialData:
        """Changes what is sent; a link's new address is a new version. With If-Match, only what is still as
        it was read."""
        return cast(
            "MaterialData",
            self._ask(
                "PATCH",
                f"/api/v1/materials/{_part(slug)}",
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ),
        )

    def offer_material(self, slug: str, *, idempotency_key: str | None = None) -> MaterialData:
        """A withdrawn material can be shared again."""
        return cast(
            "MaterialData",
            self._ask("POST", f"/api/v1/materials/{_part(slug)}/offer", headers={"Idempotency-Key": idempotency_key}),
        )

    def create_material_version(
        self, slug: str, body: Mapping[str, str | Path], *, idempotency_key: str | None = None
    ) -> MaterialData:
        """A new version of a document from a file; 201, or 400 saying why the file cannot be shown. The
        version before is shown until its pages are drawn; one that failed goes."""
        return cast(
            "MaterialData",
            self._ask(
                "POST",
                f"/api/v1/materials/{_part(slug)}/versions",
                headers={"Idempotency-Key": idempotency_key},
                form=body,
            ),
        )

    def withdraw_material(self, slug: str, *, idempotency_key: str | None = None) -> MaterialData:
        """It can be shared no more, and whoever opens a share of it is told so. Withdrawn already, it stays
        so."""
        return cast(
            "MaterialData",
            self._ask(
                "POST", f"/api/v1/materials/{_part(slug)}/withdraw", headers={"Idempotency-Key": idempotency_key}
            ),
        )

    def list_organizations(
        self,
        *,
        created_since: str | None = None,
        size: int | None = None,
        sort: Literal["name", "-created_at"] | None = None,
        state: str | None = None,
    ) -> OrganizationPage:
        """Organizations are nobody's: whoever sees programmes sees all of them."""
        return cast(
            "OrganizationPage",
            self._ask(
                "GET",
                "/api/v1/organizations",
                query={"created_since": created_since, "size": size, "sort": sort, "state": state},
            ),
        )

    def each_organizations(
        self,
        *,
        created_since: str | None = None,
        size: int | None = None,
        sort: Literal["name", "-created_at"] | None = None,
        state: str | None = None,
    ) -> Iterator[OrganizationRowData]:
        """All that `list_organizations` lists, page after page."""
        return self._pages(self.list_organizations(created_since=created_since, size=size, sort=sort, state=state))

    def create_organization(
        self, body: OrganizationSentRequest, *, idempotency_key: str | None = None
    ) -> OrganizationData:
        """201 with the organization; 400 saying what is wrong, and nothing is kept."""
        return cast(
            "OrganizationData",
            self._ask("POST", "/api/v1/organizations", headers={"Idempotency-Key": idempotency_key}, body=body),
        )

    def get_organization(self, key: str) -> OrganizationData:
        """One organization: all that the record says."""
        return cast("OrganizationData", self._ask("GET", f"/api/v1/organizations/{_part(key)}"))

    def change_organization(
        self,
        key: str,
        body: PatchedOrganizationSentRequest,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> OrganizationData:
        """Changes what is sent. With If-Match, only what is still as it was read."""
        return cast(
            "OrganizationData",
            self._ask(
                "PATCH",
                f"/api/v1/organizations/{_part(key)}",
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ),
        )

    def get_recommendations(self, key: str) -> NextBestReport:
        """Up to five materials that the customer may want next, each with its reason, and the model that says
        so; none, and why, for whoever does not want to be written to. 404 for a customer whom the reader does
        not see."""
        return cast("NextBestReport", self._ask("GET", f"/api/v1/recommendations/customers/{_part(key)}"))

    def list_record_kinds(self) -> KindsData:
        """The kinds of records that the caller may list."""
        return cast("KindsData", self._ask("GET", "/api/v1/records"))

    def list_records(
        self,
        kind: str,
        *,
        customer: str | None = None,
        organization: str | None = None,
        size: int | None = None,
        sort: Literal["-newest"] | None = None,
    ) -> RecordPage:
        """The records of a kind, the newest first; of one `customer` or `organization` where the kind asks
        for it."""
        return cast(
            "RecordPage",
            self._ask(
                "GET",
                f"/api/v1/records/{_part(kind)}",
                query={"customer": customer, "organization": organization, "size": size, "sort": sort},
            ),
        )

    def each_records(
        self,
        kind: str,
        *,
        customer: str | None = None,
        organization: str | None = None,
        size: int | None = None,
        sort: Literal["-newest"] | None = None,
    ) -> Iterator[RecordData]:
        """All that `list_records` lists, page after page."""
        return self._pages(self.list_records(kind, customer=customer, organization=organization, size=size, sort=sort))

    def get_record(self, key: str, kind: str) -> RecordData:
        """One record: its fields, the sealed ones opened."""
        return cast("RecordData", self._ask("GET", f"/api/v1/records/{_part(kind)}/{_part(key)}"))

    def get_attribution(self, *, days: str | None = None) -> AttributionReport:
        """Which campaigns the conversions of the last `days` (30, 90 or 365) are owed to, by six rules; over
        the customers whom the reader sees, or over everybody for those who see every campaign."""
        return cast("AttributionReport", self._ask("GET", "/api/v1/reports/attribution", query={"days": days}))

    def list_campaign_reports(
        self,
        *,
        kind: Literal["promotion", "newsletter", "invitation", "launch", "retention", "research", "other"]
        | None = None,
        size: int | None = None,
        sort: Literal["-created_at", "name"] | None = None,
        starts_from: str | None = None,
        starts_to: str | None = None,
        state: Literal["draft", "approved", "running", "paused", "closed"] | None = None,
    ) -> CampaignNumbersPage:
        """The campaigns whose reports the caller may read, with the numbers of all their variants
        together."""
        return cast(
            "CampaignNumbersPage",
            self._ask(
                "GET",
                "/api/v1/reports/campaigns",
                query={
                    "kind": kind,
                    "size": size,
                    "sort": sort,
                    "starts_from": starts_from,
                    "starts_to": starts_to,
                    "state": state,
                },
            ),
        )

    def each_campaign_reports(
        self,
        *,
        kind: Literal["promotion", "newsletter", "invitation", "launch", "retention", "research", "other"]
        | None = None,
        size: int | None = None,
        sort: Literal["-created_at", "name"] | None = None,
        starts_from: str | None = None,
        starts_to: str | None = None,
        state: Literal["draft", "approved", "running", "paused", "closed"] | None = None,
    ) -> Iterator[CampaignNumbersData]:
        """All that `list_campaign_reports` lists, page after page."""
        return self._pages(
            self.list_campaign_reports(
                kind=kind, size=size, sort=sort, starts_from=starts_from, starts_to=starts_to, state=state
            )
        )

    def get_campaign_report(self, slug: str) -> CampaignReport:
        """The report of one campaign that the reader may see; 404 otherwise. Who may not see people gets null
        where a number tells of fewer than 5 of them."""
        return cast("CampaignReport", self._ask("GET", f"/api/v1/reports/campaigns/{_part(slug)}"))

    def get_adjusted_test(self, slug: str) -> AdjustedTest:
        """The test of one campaign with what people did before allowed for; 404 where there is none, or the
        reader may not see the campaign. Who may not see people gets no lift that tells of fewer than 5 of
        them."""
        return cast("AdjustedTest", self._ask("GET", f"/api/v1/reports/campaigns/{_part(slug)}/adjusted"))

    def get_campaign_funnel(self, slug: str, *, by: str | None = None) -> FunnelReport:
        """How far those drawn into a campaign came, by one grouping, each step out of the people of its
        group; beside its goal and past campaigns of its kind. 404 where the reader may not see the campaign.
        Who may not see people gets nothing that tells of fewer than 5 of them."""
        return cast(
            "FunnelReport", self._ask("GET", f"/api/v1/reports/campaigns/{_part(slug)}/funnel", query={"by": by})
        )

    def get_likely(self, slug: str, *, most: str | None = None) -> LikelyReport:
        """Who of the reader's customers is likely to respond to a campaign, the `most` highest with their
        reasons, tenths of all of them, and how well it foretells; nobody, and why, where it does not. 404
        where the reader may not see the campaign. Whoever does not keep customers gets the tenths alone, over
        everybody where they see every campaign; who may not see people gets none that tells of fewer than 5
        of them."""
        return cast(
            "LikelyReport", self._ask("GET", f"/api/v1/reports/campaigns/{_part(slug)}/likely", query={"most": most})
        )

    def get_customer_report(self, key: str) -> CustomerReport:
        """The report of one customer whom the reader may see; 404 otherwise."""
        return cast("CustomerReport", self._ask("GET", f"/api/v1/reports/customers/{_part(key)}"))

    def get_meeting_insights(
        self,
        *,
        around: str | None = None,
        campaign: str | None = None,
        days: str | None = None,
        team: str | None = None,
    ) -> MeetingReport:
        """How meetings with customers go, and whether they read what was sent before and after, of the last
        `days` (30, 90 or 365); over the customers whom the reader sees, or over all without what tells of
        fewer than 5."""
        return cast(
            "MeetingReport",
            self._ask(
                "GET",
                "/api/v1/reports/meetings",
                query={"around": around, "campaign": campaign, "days": days, "team": team},
            ),
        )

    def get_sharing(self, *, days: str | None = None) -> SharingReport:
        """Who shares, what, by which channel, and how it lands, of the last `days` (30, 90 or 365): the
        reader's own shares, their teams', or all."""
        return cast("SharingReport", self._ask("GET", "/api/v1/reports/sharing", query={"days": days}))

    def get_report_table(
        self,
        kind: str,
        *,
        campaign: str | None = None,
        did: str | None = None,
        material: str | None = None,
        months: str | None = None,
        period: str | None = None,
        quarter: str | None = None,
    ) -> ReportTable:
        """A report as a table, with the filters of its page: `cohorts`, `compare` or `filtered`. 404 for any
        other. Columns of a row that tell of few people are null, and named in `hidden`, row by row."""
        return cast(
            "ReportTable",
            self._ask(
                "GET",
                f"/api/v1/reports/tables/{_part(kind)}",
                query={
                    "campaign": campaign,
                    "did": did,
                    "material": material,
                    "months": months,
                    "period": period,
                    "quarter": quarter,
                },
            ),
        )

    def get_report_table_of(self, kind: str, which: str, *, version: str | None = None) -> ReportTable:
        """A report of one thing as a table: `material/SLUG` (with `version`) or `survey/KEY`. 404 for any
        other, and for what the reader does not see."""
        return cast(
            "ReportTable",
            self._ask("GET", f"/api/v1/reports/tables/{_part(kind)}/{_part(which)}", query={"version": version}),
        )

    def list_trouble_areas(
        self,
        *,
        detector: str | None = None,
        size: int | None = None,
        sort: Literal["-found_at"] | None = None,
        state: Literal["open", "acted", "dismissed", "passed"] | None = None,
    ) -> TroubleAreaPage:
        """Where customers whom the reader sees seem to be in trouble: with what was seen, and what is
        proposed."""
        return cast(
            "TroubleAreaPage",
            self._ask(
                "GET",
                "/api/v1/reports/trouble",
                query={"detector": detector, "size": size, "sort": sort, "state": state},
            ),
        )

    def each_trouble_areas(
        self,
        *,
        detector: str | None = None,
        size: int | None = None,
        sort: Literal["-found_at"] | None = None,
        state: Literal["open", "acted", "dismissed", "passed"] | None = None,
    ) -> Iterator[TroubleAreaData]:
        """All that `list_trouble_areas` lists, page after page."""
        return self._pages(self.list_trouble_areas(detector=detector, size=size, sort=sort, state=state))

    def list_web_page_insights(self) -> WebPagesReport:
        """How the custom web pages that the reader may open are used."""
        return cast("WebPagesReport", self._ask("GET", "/api/v1/reports/web-pages"))

    def get_web_page_insights(self, slug: str) -> WebPageReport:
        """The blocks and versions of one custom web page that the reader may open; 404 otherwise."""
        return cast("WebPageReport", self._ask("GET", f"/api/v1/reports/web-pages/{_part(slug)}"))

    def search(self, body: LookUpRequest) -> FoundData:
        """Whom the key names, at most 50. A key that the notice does not name for the subject's records is
        refused, and the refusal logged. It is sent like a write so that the value stands in no address;
        nothing is changed."""
        return cast("FoundData", self._ask("POST", "/api/v1/search", body=body))

    def list_shares(
        self,
        *,
        campaign: str | None = None,
        material: str | None = None,
        shared_since: str | None = None,
        size: int | None = None,
        sort: Literal["-shared_at"] | None = None,
        state: Literal["open", "expired", "revoked"] | None = None,
    ) -> SharePage:
        """The shares whose links the caller may hand out, the newest first: their own, or their team's."""
        return cast(
            "SharePage",
            self._ask(
                "GET",
                "/api/v1/shares",
                query={
                    "campaign": campaign,
                    "material": material,
                    "shared_since": shared_since,
                    "size": size,
                    "sort": sort,
                    "state": state,
                },
            ),
        )

    def each_shares(
        self,
        *,
        campaign: str | None = None,
        material: str | None = None,
        shared_since: str | None = None,
        size: int | None = None,
        sort: Literal["-shared_at"] | None = None,
        state: Literal["open", "expired", "revoked"] | None = None,
    ) -> Iterator[ShareData]:
        """All that `list_shares` lists, page after page."""
        return self._pages(
            self.list_shares(
                campaign=campaign, material=material, shared_since=shared_since, size=size, sort=sort, state=state
            )
        )

    def create_shares(self, body: NewSharesRequest, *, idempotency_key: str | None = None) -> SharedData:
        """Share a material with customers: 201 with the shares that were made and how many were left out, by
        reason; 400 saying what is wrong, and nothing is made."""
        return cast(
            "SharedData", self._ask("POST", "/api/v1/shares", headers={"Idempotency-Key": idempotency_key}, body=body)
        )

    def get_share(self, key: str) -> ShareData:
        """One share."""
        return cast("ShareData", self._ask("GET", f"/api/v1/shares/{_part(key)}"))

    def revoke_share(self, key: str, *, idempotency_key: str | None = None) -> ShareData:
        """End the share at once. 404 for one that is not the user's to end; ended already, it stays as it
        was."""
        return cast(
            "ShareData",
            self._ask("POST", f"/api/v1/shares/{_part(key)}/revoke", headers={"Idempotency-Key": idempotency_key}),
        )

    def list_web_pages(self, *, size: int | None = None, sort: Literal["-changed_at"] | None = None) -> WebPagePage:
        """The caller's own pages, and those for customers whom they see."""
        return cast("WebPagePage", self._ask("GET", "/api/v1/web-pages", query={"size": size, "sort": sort}))

    def each_web_pages(
        self, *, size: int | None = None, sort: Literal["-changed_at"] | None = None
    ) -> Iterator[WebPageRowData]:
        """All that `list_web_pages` lists, page after page."""
        return self._pages(self.list_web_pages(size=size, sort=sort))

    def create_web_page(self, body: NewWebPageSentRequest, *, idempotency_key: str | None = None) -> WebPageData:
        """A page with an empty draft: 201 with it; 400 for a customer whom the caller does not see."""
        return cast(
            "WebPageData",
            self._ask("POST", "/api/v1/web-pages", headers={"Idempotency-Key": idempotency_key}, body=body),
        )

    def get_web_page(self, slug: str) -> WebPageData:
        """One page, with its draft, and its blocks as recipients read them."""
        return cast("WebPageData", self._ask("GET", f"/api/v1/web-pages/{_part(slug)}"))

    def change_web_page(
        self,
        slug: str,
        body: PatchedDraftSentRequest,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> WebPageData:
        """Keeps the draft; recipients read the published version until the draft is published. With If-Match,
        only what is still as it was read."""
        return cast(
            "WebPageData",
            self._ask(
                "PATCH",
                f"/api/v1/web-pages/{_part(slug)}",
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ),
        )

    def publish_web_page(self, slug: str, *, idempotency_key: str | None = None) -> WebPageData:
        """Make the draft what recipients read from now on; 409 where it is empty or names what is not
        offered."""
        return cast(
            "WebPageData",
            self._ask("POST", f"/api/v1/web-pages/{_part(slug)}/publish", headers={"Idempotency-Key": idempotency_key}),
        )

    def _pages(self, page: Any) -> Iterator[Any]:
        while True:
            yield from page["results"]
            if not page["next"]:
                return
            following = urlsplit(page["next"])
            page = self._ask("GET", f"{following.path}?{following.query}")

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: Any = None,
        form: Mapping[str, str | Path] | None = None,
    ) -> Any:
        given = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        sent = {name: value for name, value in (headers or {}).items() if value is not None}
        if headers is not None and "Idempotency-Key" in headers:
            sent.setdefault("Idempotency-Key", str(uuid.uuid4()))
        content = None
        if form is not None:
            content, sent["Content-Type"] = _multipart(form)
        elif method != "GET":
            content, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        address = f"{self._base}{path}" + (f"?{urlencode(given)}" if given else "")
        sent |= {"Authorization": f"Bearer {self._key}", "Accept": "*/*"}
        request = Request(address, content, sent, method=method)  # noqa: S310 (__init__ looked at the scheme)
        return self._patiently(request)

    def _patiently(self, request: Request) -> Any:
        ends = time.monotonic() + self._patience
        while True:
            try:
                with self._opener.open(request, timeout=self._timeout) as answer:
                    return _read(answer.headers.get_content_type(), answer.read())
            except HTTPError as error:
                wait = error.headers.get("Retry-After", "")
                if not wait.isdigit() or time.monotonic() + int(wait) > ends:
                    raise Problem(error.code, _problem(error.read())) from None
                time.sleep(int(wait))


def _part(text: str) -> str:
    return quote(text, safe="")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(kind: str, content: bytes) -> Any:
    """JSON as what it says, a text as text, a file as bytes; nothing where there is nothing."""
    if not content:
        return None
    if kind == "application/json":
        return json.loads(content)
    return content.decode() if kind.startswith("text/") else content


def _problem(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _multipart(form: Mapping[str, str | Path]) -> tuple[bytes, str]:
    """The form with its files, and the type that names the line between its parts."""
    line = uuid.uuid4().hex
    parts = []
    for name, value in form.items():
        if isinstance(value, Path):
            head = f'name="{name}"; filename="{quote(value.name)}"'
            parts.append((head, value.read_bytes()))
        else:
            parts.append((f'name="{name}"', value.encode()))
    body = b"".join(
        f"--{line}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
        for head, content in parts
    )
    return body + f"--{line}--\r\n".encode(), f"multipart/form-data; boundary={line}"
