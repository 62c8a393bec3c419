"""Who may open which address: every address there is, as a stranger and as each role.

An address that is not in the table fails the test: whoever adds one says here whom it is for.
"""

import uuid
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from analytics.folding import fold_all
from analytics.models import Export, ExportSchedule, FrozenReport, TroubleArea
from campaigns import follow_ups
from campaigns.enums import Action, OutcomeKind
from campaigns.models import Audience, CampaignNote, Mailing, MailMessage, SharePreset
from campaigns.responding import Said, record
from campaigns.webpages.publishing import make_page
from privacy.drafts.steps import begin
from privacy.enums import RequestKind
from privacy.models import AccessReview, Correction, NoticeComment, Package, User
from privacy.physical.destroying import Way, list_for
from privacy.physical.enums import Destroying
from privacy.purposes import Basis
from privacy.retention import policies, runs
from privacy.rights.disputes import correct
from privacy.roles import Role
from privacy.safeguards.reviewing import open_review
from privacy.tries import refusals
from privacy.webhooks import endpoints
from records.elements import is_of_customers, kept_elements
from records.enums import ImportState, UploadState
from records.identity.merging import merge
from records.intake.rejects import rejects_path
from records.keeping import make_partitions, rule_of
from records.models import (
    AchAccount,
    Answer,
    Award,
    BusinessFact,
    ContactPoint,
    Contest,
    Customer,
    Drawing,
    DuplicatePair,
    Fulfilment,
    FulfilmentEntry,
    Gathering,
    Identifier,
    Import,
    IndustryCode,
    Interaction,
    ListMembership,
    MailingList,
    MediaFile,
    Meeting,
    Message,
    Organization,
    Participation,
    PaymentCard,
    Preference,
    Publication,
    PublicationOrder,
    Question,
    Record,
    Registration,
    SavedView,
    Study,
    StudyConsent,
    StudyFinding,
    StudyNote,
    StudyParticipant,
    StudySession,
    Submission,
    SupplierContract,
    Survey,
    Team,
    Territory,
    Upload,
)
from records.models.record import CATEGORIES
from tests.api import make_key
from tests.campaigns.shared import shared_with
from tests.factories import NOON, enroll, make_campaign, make_customer, make_share, make_team, make_user
from tests.material_files import make_shown_material
from tests.paying import paid_payment
from tests.requesting import contested, disclosed, make_request, verified
from tests.retention import approve_all, hold_on
from tests.safeguards import make_care, make_incident, make_unit

pytestmark = pytest.mark.django_db

# One letter each for: a stranger, then the roles in the order of privacy.roles.Role (sales, sales manager, marketing
# manager, privacy officer, records administrator, security investigator, auditor, IT administrator).
# o: opens (200; 422 where what was sent lacks something; 503 where the health check finds something wrong)
# s: sent to sign in (302) · u: told to sign in (401)
# r: sent elsewhere (302) · f: forbidden (403) · n: not found (404)
# m: not this method (405) · b: not understood (400) · c: not as things are (409)
TABLE = {
    "healthz": "ooooooooo",
    "readyz": "ooooooooo",
    "administration/": "rrrrooroo",
    "administration/login/": "sfffrrfrr",
    "administration/logout/": "rrrrmmrmm",
    "administration/password_change/": "rrrrrrrrr",
    "administration/password_change/done/": "rrrrooroo",
    "administration/autocomplete/": "rrrrffrff",
    "administration/jsi18n/": "rrrrooroo",
    "administration/config/failedtask/": "srrrffrfo",
    "administration/config/failedtask/add/": "srrrffrff",
    "administration/config/failedtask/<path:object_id>/history/": "srrrrrrrr",
    "administration/config/failedtask/<path:object_id>/delete/": "srrrffrff",
    "administration/config/failedtask/<path:object_id>/change/": "srrrffrfr",
    "administration/config/failedtask/<path:object_id>/": "srrrrrrrr",
    "administration/records/team/": "srrrffrfo",
    "administration/records/team/add/": "srrrffrfo",
    "administration/records/team/<path:object_id>/history/": "srrrffrfo",
    "administration/records/team/<path:object_id>/delete/": "srrrffrff",
    "administration/records/team/<path:object_id>/change/": "srrrffrfo",
    "administration/records/team/<path:object_id>/": "srrrrrrrr",
    "administration/records/territory/": "srrrffrfo",
    "administration/records/territory/add/": "srrrffrfo",
    "administration/records/territory/<path:object_id>/history/": "srrrffrfo",
    "administration/records/territory/<path:object_id>/delete/": "srrrffrff",
    "administration/records/territory/<path:object_id>/change/": "srrrffrfo",
    "administration/records/territory/<path:object_id>/": "srrrrrrrr",
    "administration/privacy/user/<id>/password/": "srrrffrfo",
    "administration/privacy/user/": "srrrffrfo",
    "administration/privacy/user/add/": "srrrffrfo",
    "administration/privacy/user/<path:object_id>/history/": "srrrffrfo",
    "administration/privacy/user/<path:object_id>/delete/": "srrrffrff",
    "administration/privacy/user/<path:object_id>/change/": "srrrffrfo",
    "administration/privacy/user/<path:object_id>/": "srrrrrrrr",
    "administration/privacy/retentionpolicy/": "srrroorof",
    "administration/privacy/retentionpolicy/add/": "srrrffrff",
    "administration/privacy/retentionpolicy/<path:object_id>/history/": "srrrnnrnn",
    "administration/privacy/retentionpolicy/<path:object_id>/delete/": "srrrffrff",
    "administration/privacy/retentionpolicy/<path:object_id>/change/": "srrroorof",
    "administration/privacy/retentionpolicy/<path:object_id>/": "srrrrrrrr",
    "administration/privacy/dispositionrun/": "srrroorof",
    "administration/privacy/dispositionrun/add/": "srrrffrff",
    "administration/privacy/dispositionrun/<path:object_id>/history/": "srrrnnrnn",
    "administration/privacy/dispositionrun/<path:object_id>/delete/": "srrrffrff",
    "administration/privacy/dispositionrun/<path:object_id>/change/": "srrroorof",
    "administration/privacy/dispositionrun/<path:object_id>/": "srrrrrrrr",
    "administration/privacy/legalhold/": "srrroorof",
    "administration/privacy/legalhold/add/": "srrroorff",
    "administration/privacy/legalhold/<path:object_id>/history/": "srrrnnrnn",
    "administration/privacy/legalhold/<path:object_id>/delete/": "srrrffrff",
    "administration/privacy/legalhold/<path:object_id>/change/": "srrroorof",
    "administration/privacy/legalhold/<path:object_id>/": "srrrrrrrr",
    "administration/privacy/retentionpolicy/approve/": "srrrmmrmm",
    "administration/privacy/retentionpolicy/<int:number>/approve/": "srrrmmrmm",
    "administration/privacy/retentionpolicy/<int:number>/decline/": "srrrmmrmm",
    "administration/privacy/retentionpolicy/<int:number>/propose/": "srrrforff",
    "administration/privacy/dispositionrun/forecast/": "srrroorof",
    "administration/privacy/dispositionrun/dry-run/": "srrroorof",
    "administration/privacy/dispositionrun/dry-run/rows/": "srrroorof",
    "administration/privacy/dispositionrun/<int:number>/certificate/": "srrroorof",
    "administration/privacy/dispositionrun/<int:number>/proof/": "srrrrrrrf",
    "administration/privacy/dispositionrun/<int:number>/rows/": "srrroorof",
    "administration/privacy/dispositionrun/confirm-clock/": "srrrmmrmm",
    "administration/privacy/dispositionrun/make/": "srrrmmrmm",
    "administration/privacy/dispositionrun/<int:number>/act/": "srrrmmrmm",
    "administration/privacy/legalhold/<int:number>/release/": "srrrmmrmm",
    "administration/privacy/physicalunit/": "srrroorof",
    "administration/privacy/physicalunit/add/": "srrrforff",
    "administration/privacy/physicalunit/find/": "srrroorof",
    "administration/privacy/physicalunit/<int:number>/edit/": "srrrforff",
    "administration/privacy/physicalunit/<int:number>/index/": "srrrmmrmm",
    "administration/privacy/physicalunit/<int:number>/label/": "srrroorof",
    "administration/privacy/physicalunit/<path:object_id>/history/": "srrrnnrnn",
    "administration/privacy/physicalunit/<path:object_id>/delete/": "srrrffrff",
    "administration/privacy/physicalunit/<path:object_id>/change/": "srrroorof",
    "administration/privacy/physicalunit/<path:object_id>/": "srrrrrrrr",
    "administration/privacy/destruction/": "srrroorof",
    "administration/privacy/destruction/add/": "srrrforff",
    "administration/privacy/destruction/<int:number>/act/": "srrrmmrmm",
    "administration/privacy/destruction/<int:number>/witness/": "srrrmmrmm",
    "administration/privacy/destruction/<int:number>/certificate/": "srrroorof",
    "administration/privacy/destruction/<int:number>/proof/": "srrrrrrrf",
    "administration/privacy/destruction/<path:object_id>/history/": "srrrnnrnn",
    "administration/privacy/destruction/<path:object_id>/delete/": "srrrffrff",
    "administration/privacy/destruction/<path:object_id>/change/": "srrroorof",
    "administration/privacy/destruction/<path:object_id>/": "srrrrrrrr",
    "administration/^(?P<app_label>config|records|privacy)/$": "rrrrooroo",
    "administration/(?P<url>.*)$": "rrrrnnrnn",
    "sign-in/": "orrrrrrrr",
    "sign-out/": "soooooooo",
    "account/inactive/": "srrrrrrrr",
    "account/password/": "soooooooo",
    "account/settings/": "soooooooo",
    "account/settings/mail/": "srrrrrrrr",
    "account/confirm/": "soooooooo",
    "account/second-factor/": "soooooooo",
    "account/second-factor/authenticate/": "srrrrrrrr",
    "account/second-factor/reauthenticate/": "srrrrrrrr",
    "account/second-factor/totp/activate/": "srrrrrrrr",
    "account/second-factor/totp/deactivate/": "snnnnnnnn",
    "account/second-factor/recovery-codes/": "snnnnnnnn",
    "account/second-factor/recovery-codes/generate/": "srrrrrrrr",
    "account/second-factor/recovery-codes/download/": "snnnnnnnn",
    "views/": "soooooooo",
    "views/of/<slug:word>/new/": "srrrrrfrf",
    "views/of/<slug:word>/columns/": "srrrrrfrf",
    "views/<uuid:key>/": "srnnnnnnn",
    "views/<uuid:key>/edit/": "sonnnnnnn",
    "views/<uuid:key>/replace/": "srnnnnnnn",
    "views/<uuid:key>/copy/": "srnnnnnnn",
    "views/<uuid:key>/delete/": "srnnnnnnn",
    "views/<uuid:key>/restore/": "srnnnnnnn",
    "basis/": "sbbbbbbbb",
    "purposes/": "soooooooo",
    "notifications/": "soooooooo",
    "notifications/read/": "srrrrrrrr",
    "notifications/bell/": "srrrrrrrr",
    "notifications/<uuid:key>/": "snnnnnnnn",
    "access-log/": "sfffoffof",
    "notice/": "ooooooooo",
    "notice/compare/": "soooooooo",
    "notice/data-map/": "soooooooo",
    "notice/<str:name>/": "ooooooooo",
    "silence/": "sffffofff",
    "notice/drafts/": "sfffoffff",
    "notice/drafts/<uuid:key>/": "sfffoffff",
    "notice/drafts/<uuid:key>/text/": "sfffoffff",
    "notice/drafts/<uuid:key>/publication/<str:act>/": "sfffrffff",
    "notice/drafts/<uuid:key>/comments/<uuid:comment>/": "sfffoffff",
    "notice/drafts/<uuid:key>/edit/<path:place>/": "sfffoffff",
    "imports/": "sfoofofff",
    "imports/new/": "sfoofofff",
    "imports/<int:number>/": "sfoofofff",
    "imports/<int:number>/rejects/": "sfonfnfff",
    "imports/<int:number>/undo/": "sfonfnfff",
    "imports/files/<uuid:key>/": "sfrnfnfff",
    "imports/files/<uuid:key>/state/": "sfonfnfff",
    "imports/files/<uuid:key>/stop/": "sfrnfnfff",
    "imports/files/<uuid:key>/go-on/": "sfrnfnfff",
    "imports/files/<uuid:key>/use/<uuid:other>/": "sfrnfnfff",
    "imports/files/<uuid:key>/abandon/": "sfrnfnfff",
    "meetings/": "sfofoooff",
    "meetings/<uuid:key>/": "sfofoofff",
    "meetings/<uuid:key>/files/new/": "sffffofff",
    "meetings/files/<uuid:key>/": "sfnfnnfff",
    "meetings/files/<uuid:key>/content/": "sffffffff",
    "meetings/files/<uuid:key>/download/": "sfnfnnfff",
    "hooks/meetings": "nnnnnnnnn",
    "hooks/payments": "mmmmmmmmm",
    "teams/": "sfoffffff",
    "teams/hand-over/": "sfoffffff",
    "records/": "sooooofof",
    "records/interactions/<uuid:key>/done/": "srrffffff",
    "records/interactions/<uuid:key>/open/": "srrffffff",
    "records/interactions/new/<uuid:parent>/": "sooffffff",
    "records/interactions/<uuid:key>/": "soofoffff",
    "records/interactions/<uuid:key>/edit/": "sooffffff",
    "records/interactions/<uuid:key>/history/": "soofoffff",
    "records/contacts/new/<uuid:parent>/": "sooffffff",
    "records/contacts/<uuid:key>/edit/": "sooffffff",
    "records/contacts/<uuid:key>/history/": "soofoffff",
    "records/contracts/": "sooooffof",
    "records/contracts/new/<uuid:parent>/": "sffofffff",
    "records/contracts/<uuid:key>/": "sooooffof",
    "records/contracts/<uuid:key>/edit/": "sffofffff",
    "records/contracts/<uuid:key>/history/": "sooooffof",
    "records/customers/new/": "sooffffff",
    "records/customers/<uuid:key>/edit/": "sooffffff",
    "records/customers/<uuid:key>/history/": "soofoffff",
    "records/business-facts/new/<uuid:parent>/": "sooofffff",
    "records/business-facts/<uuid:key>/edit/": "sooofffff",
    "records/business-facts/<uuid:key>/history/": "sooooffof",
    "records/identifiers/new/<uuid:parent>/": "sooffffff",
    "records/identifiers/<uuid:key>/edit/": "sooffffff",
    "records/identifiers/<uuid:key>/history/": "soofoffff",
    "records/organization-identifiers/new/<uuid:parent>/": "sooofffff",
    "records/organization-identifiers/<uuid:key>/edit/": "sooofffff",
    "records/organization-identifiers/<uuid:key>/history/": "sooooffof",
    "records/industry-codes/new/<uuid:parent>/": "sooofffff",
    "records/industry-codes/<uuid:key>/edit/": "sooofffff",
    "records/industry-codes/<uuid:key>/history/": "sooooffof",
    "records/organizations/": "sooooffof",
    "records/organizations/new/": "sooofffff",
    "records/organizations/<uuid:key>/": "sooooffof",
    "records/organizations/<uuid:key>/edit/": "sooofffff",
    "records/organizations/<uuid:key>/history/": "sooooffof",
    "records/preferences/new/<uuid:parent>/": "sooffffff",
    "records/preferences/<uuid:key>/edit/": "sooffffff",
    "records/preferences/<uuid:key>/history/": "soofoffff",
    "records/questions/<uuid:key>/up/": "sffrfffff",
    "records/questions/<uuid:key>/down/": "sffrfffff",
    "records/questions/<uuid:key>/remove/": "sffrfffff",
    "records/surveys/<uuid:key>/publish/": "sffrfffff",
    "records/surveys/<uuid:key>/unpublish/": "sffrfffff",
    "records/surveys/<uuid:key>/again/": "sffrfffff",
    "surveys/<uuid:key>/build/": "sffofffff",
    "surveys/<uuid:key>/build/try/": "sffofffff",
    "surveys/<uuid:key>/preview/": "sooooffof",
    "surveys/<uuid:key>/offer/": "srrrfffff",
    "surveys/<uuid:key>/results/": "sooooffof",
    "survey-answers/": "sooooffof",
    "survey/<slug:slug>/": "nnnnnnnnn",
    "survey/<slug:slug>/<str:token>/": "nnnnnnnnn",
    "s/<str:token>/survey/": "ooooooooo",
    "s/<str:token>/survey/<str:sheet>/": "ooooooooo",
    "events/<uuid:key>/offer/": "srrrfffff",
    "events/<uuid:key>/badges.pdf": "sffofffff",
    "events/<uuid:key>/check-in/": "sffofffff",
    "event/<slug:slug>/": "nnnnnnnnn",
    "contest/<slug:slug>/": "nnnnnnnnn",
    "contest/<slug:slug>/drawing/": "nnnnnnnnn",
    "contest/<slug:slug>/drawing.json": "nnnnnnnnn",
    "entry/<str:token>/": "nnnnnnnnn",
    "contests/<uuid:key>/offer/": "srrrfffff",
    "contests/<uuid:key>/preview/": "sooooffof",
    "registration/<str:token>/": "nnnnnnnnn",
    "registration/<str:token>/event.ics": "nnnnnnnnn",
    "s/<str:token>/event/": "ooooooooo",
    "s/<str:token>/contest/": "ooooooooo",
    "s/<str:token>/study/": "ooooooooo",
    "research/<str:token>/": "nnnnnnnnn",
    "research/<str:token>/session.ics": "nnnnnnnnn",
    "studies/<uuid:key>/offer/": "srrrfffff",
    "studies/<uuid:key>/preview/": "sooooffof",
    "studies/<uuid:key>/recruit/": "sffofffff",
    "records/studies/": "sooooffof",
    "records/studies/new/": "sffofffff",
    "records/studies/<uuid:key>/": "sooooffof",
    "records/studies/<uuid:key>/edit/": "sffofffff",
    "records/studies/<uuid:key>/history/": "sooooffof",
    "records/studies/<uuid:key>/publish/": "sffrfffff",
    "records/studies/<uuid:key>/unpublish/": "sffrfffff",
    "records/study-sessions/new/<uuid:parent>/": "sffofffff",
    "records/study-sessions/<uuid:key>/edit/": "sffofffff",
    "records/study-sessions/<uuid:key>/history/": "sooooffof",
    "records/study-sessions/<uuid:key>/call-off/": "sffrfffff",
    "records/study-sessions/<uuid:key>/files/": "sffofffff",
    "records/study-sessions/<uuid:key>/files/new/": "sffofffff",
    "records/study-participants/": "sooooffof",
    "records/study-participants/<uuid:key>/": "sooooffnf",
    "records/study-participants/<uuid:key>/edit/": "sffofffff",
    "records/study-participants/<uuid:key>/history/": "sooooffnf",
    "records/study-participants/<uuid:key>/came/": "sffrfffff",
    "records/study-participants/<uuid:key>/missed/": "sffrfffff",
    "records/study-participants/<uuid:key>/paid/": "sffrfffff",
    "records/study-participants/<uuid:key>/withdraw/": "sffrfffff",
    "records/study-participants/<uuid:key>/files/new/": "sffofffff",
    "records/study-notes/new/<uuid:parent>/": "sffofffff",
    "records/study-notes/<uuid:key>/edit/": "sffofffff",
    "records/study-notes/<uuid:key>/history/": "sooooffnf",
    "records/study-findings/": "sooooffof",
    "records/study-findings/new/<uuid:parent>/": "sffofffff",
    "records/study-findings/<uuid:key>/": "sooooffnf",
    "records/study-findings/<uuid:key>/edit/": "sffofffff",
    "records/study-findings/<uuid:key>/history/": "sooooffnf",
    "records/research-files/<uuid:key>/": "sffofffff",
    "records/research-files/<uuid:key>/content/": "sffffffff",
    "records/research-files/<uuid:key>/download/": "sffofffff",
    "records/research-files/<uuid:key>/destroy/": "sffrfffff",
    "registration/<str:token>/pay/": "nnnnnnnnn",
    "publication/<str:token>/pay/": "nnnnnnnnn",
    "payment/<str:token>/": "nnnnnnnnn",
    "records/payments/": "sooooffof",
    "records/payments/<uuid:key>/": "sooooffnf",
    "records/payments/<uuid:key>/history/": "sooooffnf",
    "records/payments/<uuid:key>/refund/": "sffrfffff",
    "records/payments/<uuid:key>/seen-to/": "sffrfffff",
    "suppliers/": "sooooffof",
    "suppliers/<uuid:key>/": "sooooffof",
    "records/contracts/<uuid:key>/seen-to/": "sffrfffff",
    "s/<str:token>/publication/": "ooooooooo",
    "publications/": "ooooooooo",
    "publications/<slug:slug>/": "nnnnnnnnn",
    "publication/<str:token>/": "nnnnnnnnn",
    "publication/<str:token>/unsubscribe/": "nnnnnnnnn",
    "publications/<uuid:key>/offer/": "srrrfffff",
    "publications/<uuid:key>/draw/": "sffrfffff",
    "fulfilments/<uuid:key>/labels.pdf": "sffofffff",
    "fulfilments/<uuid:key>/sent/": "sffrfffff",
    "fulfilments/<uuid:key>/undo/": "sffrfffff",
    "fulfilments/labels/<uuid:key>/moved/": "sffrfffff",
    "fulfilments/labels/<uuid:key>/unknown/": "sffrfffff",
    "fulfilments/labels/<uuid:key>/died/": "sffrfffff",
    "fulfilments/labels/<uuid:key>/refused/": "sffrfffff",
    "records/publications/": "sooooffof",
    "records/publications/new/": "sffofffff",
    "records/publications/<uuid:key>/": "sooooffof",
    "records/publications/<uuid:key>/edit/": "sffofffff",
    "records/publications/<uuid:key>/history/": "sooooffof",
    "records/publications/<uuid:key>/publish/": "sffrfffff",
    "records/publications/<uuid:key>/unpublish/": "sffrfffff",
    "records/publication-orders/": "sooooffof",
    "records/publication-orders/new/<uuid:parent>/": "sffofffff",
    "records/publication-orders/<uuid:key>/": "sooooffnf",
    "records/publication-orders/<uuid:key>/edit/": "sffofffff",
    "records/publication-orders/<uuid:key>/history/": "sooooffnf",
    "records/publication-orders/<uuid:key>/cancel/": "sffrfffff",
    "records/fulfilments/": "sooooffof",
    "records/fulfilments/<uuid:key>/": "sooooffof",
    "records/fulfilments/<uuid:key>/edit/": "sffofffff",
    "records/fulfilments/<uuid:key>/history/": "sooooffof",
    "records/fulfilment-entries/": "sooooffof",
    "records/fulfilment-entries/<uuid:key>/": "sooooffnf",
    "records/fulfilment-entries/<uuid:key>/edit/": "sffofffff",
    "records/fulfilment-entries/<uuid:key>/history/": "sooooffnf",
    "records/contests/": "sooooffof",
    "records/contests/new/": "sffofffff",
    "records/contests/<uuid:key>/": "sooooffof",
    "records/contests/<uuid:key>/edit/": "sffofffff",
    "records/contests/<uuid:key>/history/": "sooooffof",
    "records/contests/<uuid:key>/publish/": "sffrfffff",
    "records/contests/<uuid:key>/unpublish/": "sffrfffff",
    "records/contests/<uuid:key>/draw/": "sffrfffff",
    "records/contests/<uuid:key>/repeat/": "sooooffof",
    "records/awards/": "sooooffof",
    "records/awards/<uuid:key>/": "sooooffnf",
    "records/awards/<uuid:key>/edit/": "sffofffff",
    "records/awards/<uuid:key>/history/": "sooooffnf",
    "records/awards/<uuid:key>/claim/": "sffrfffff",
    "records/awards/<uuid:key>/decline/": "sffrfffff",
    "records/submissions/<uuid:key>/theirs/": "sffrfffff",
    "records/submissions/<uuid:key>/withdraw/": "sffrfffff",
    "records/events/<uuid:key>/publish/": "sffrfffff",
    "records/events/<uuid:key>/unpublish/": "sffrfffff",
    "records/events/<uuid:key>/call-off/": "sffrfffff",
    "records/registrations/<uuid:key>/attended/": "sffrfffff",
    "records/registrations/<uuid:key>/missed/": "sffrfffff",
    "records/registrations/<uuid:key>/cancel/": "sffrfffff",
    "records/registrations/<uuid:key>/reopen/": "sffrfffff",
    "records/registrations/<uuid:key>/seen-to/": "sffrfffff",
    "records/registrations/<uuid:key>/theirs/": "sffrfffff",
    "records/ach-accounts/new/<uuid:parent>/": "sooffffff",
    "records/ach-accounts/<uuid:key>/edit/": "sooffffff",
    "records/ach-accounts/<uuid:key>/history/": "soofoffff",
    "records/cards/new/<uuid:parent>/": "sooffffff",
    "records/cards/<uuid:key>/edit/": "sooffffff",
    "records/cards/<uuid:key>/history/": "soofoffff",
    "records/answers/<uuid:key>/edit/": "sffofffff",
    "records/answers/<uuid:key>/history/": "sooooffnf",
    "records/events/": "sooooffof",
    "records/events/new/": "sffofffff",
    "records/events/<uuid:key>/": "sooooffof",
    "records/events/<uuid:key>/edit/": "sffofffff",
    "records/events/<uuid:key>/history/": "sooooffof",
    "records/lists/": "sooooffof",
    "records/lists/new/": "sffofffff",
    "records/lists/<uuid:key>/": "sooooffof",
    "records/lists/<uuid:key>/edit/": "sffofffff",
    "records/lists/<uuid:key>/history/": "sooooffof",
    "records/surveys/": "sooooffof",
    "records/surveys/new/": "sffofffff",
    "records/surveys/<uuid:key>/": "sooooffof",
    "records/surveys/<uuid:key>/edit/": "sffofffff",
    "records/surveys/<uuid:key>/history/": "sooooffof",
    "records/memberships/": "sooooffof",
    "records/memberships/new/<uuid:parent>/": "sffofffff",
    "records/memberships/<uuid:key>/": "sooooffnf",
    "records/memberships/<uuid:key>/edit/": "sffofffff",
    "records/memberships/<uuid:key>/history/": "sooooffnf",
    "records/registrations/": "sooooffof",
    "records/registrations/new/<uuid:parent>/": "sffofffff",
    "records/registrations/<uuid:key>/": "sooooffnf",
    "records/registrations/<uuid:key>/edit/": "sffofffff",
    "records/registrations/<uuid:key>/history/": "sooooffnf",
    "records/submissions/": "sooooffof",
    "records/submissions/new/<uuid:parent>/": "sffofffff",
    "records/submissions/<uuid:key>/": "sooooffnf",
    "records/submissions/<uuid:key>/edit/": "sffofffff",
    "records/submissions/<uuid:key>/history/": "sooooffnf",
    "records/questions/new/<uuid:parent>/": "sffofffff",
    "records/questions/<uuid:key>/edit/": "sffofffff",
    "records/questions/<uuid:key>/history/": "sooooffof",
    "search/": "sooooooof",
    "records/meetings/new/": "sffffofff",
    "records/meetings/<uuid:key>/edit/": "sffffofff",
    "records/meetings/<uuid:key>/history/": "sfofoofff",
    "records/participations/new/<uuid:parent>/": "sffffofff",
    "records/participations/<uuid:key>/edit/": "sffffofff",
    "records/participations/<uuid:key>/history/": "sfofoofff",
    "records/messages/new/<uuid:parent>/": "sffffofff",
    "records/messages/<uuid:key>/edit/": "sffffofff",
    "records/messages/<uuid:key>/history/": "sffffofff",
    "records/duplicates/": "sfofoffff",
    "records/duplicates/<int:number>/": "sfofoffff",
    "records/duplicates/<int:number>/decide/": "sfrfrffff",
    "records/merges/": "sfofoffff",
    "records/merges/<int:number>/undo/": "sfrfrffff",
    "": "soooooooo",
    "jump/": "soooooooo",
    "jump/call/": "sooffffff",
    "customers/": "soofoffff",
    "customers/assign/": "sfrffffff",
    "customers/assign/undo/": "sfbffffff",
    "customers/<uuid:key>/": "soofoffff",
    "shares/new/": "sooffffff",
    "shares/new/people/": "sooffffff",
    "shares/": "sooooofof",
    "shares/presets/": "sooofffff",
    "shares/presets/restore/": "sbbbfffff",
    "shares/presets/<int:number>/delete/": "srnnfffff",
    "shares/made/<int:number>/": "sooofffff",
    "shares/made/<int:number>/revoke/": "srrrfffff",
    "shares/made/<int:number>/letters.csv": "sooffffff",
    "shares/made/<int:number>/letters-<slug:pictures>.zip": "sooffffff",
    "shares/<uuid:key>/": "sooooofof",
    "shares/<uuid:key>/revoke/": "srrrfffff",
    "shares/<uuid:key>/qr.svg": "sooofffff",
    "shares/<uuid:key>/qr.png": "sooofffff",
    "materials/": "sooofffff",
    "materials/new/": "sooofffff",
    "materials/new/link/": "sooofffff",
    "materials/<slug:slug>/": "sooofffff",
    "materials/<slug:slug>/state/": "sooofffff",
    "materials/<slug:slug>/edit/": "sofofffff",
    "materials/<slug:slug>/topics/": "srfrfffff",
    "materials/<slug:slug>/withdraw/": "srfrfffff",
    "materials/<slug:slug>/offer/": "srfrfffff",
    "materials/<slug:slug>/versions/new/": "sofofffff",
    "materials/<slug:slug>/versions/<int:number>/retry/": "srfrfffff",
    "materials/<slug:slug>/versions/<int:number>/discard/": "srfrfffff",
    "materials/<slug:slug>/versions/<int:number>/file/": "sooofffff",
    "materials/<slug:slug>/versions/<int:number>/pages/<int:page>/": "sooofffff",
    "materials/<slug:slug>/versions/<int:number>/pages/<int:page>/<int:width>.webp": "sooofffff",
    "campaigns/": "sooooofof",
    "campaigns/<slug:slug>/": "sooooofof",
    "campaigns/<slug:slug>/adjusted/": "sooooofof",
    "campaigns/<slug:slug>/funnel/": "sooooofof",
    "campaigns/<slug:slug>/likely/": "sooooofof",
    "campaigns/new/": "sffofffff",
    "campaigns/calendar/": "sooooofof",
    "campaigns/notes/new/": "sffofffff",
    "campaigns/notes/restore/": "sffbfffff",
    "campaigns/notes/<int:number>/": "sffofffff",
    "campaigns/notes/<int:number>/remove/": "sffrfffff",
    "campaigns/audiences/": "sffofffff",
    "campaigns/audiences/new/": "sffofffff",
    "campaigns/audiences/count/": "sffofffff",
    "campaigns/audiences/restore/": "sffbfffff",
    "campaigns/audiences/<int:number>/": "sffofffff",
    "campaigns/audiences/<int:number>/remove/": "sffofffff",
    "campaigns/<slug:slug>/plan/": "sooooofof",
    "campaigns/<slug:slug>/edit/": "sffrfffff",
    "campaigns/<slug:slug>/variants/": "sffrfffff",
    "campaigns/<slug:slug>/cost/": "sffofffff",
    "campaigns/<slug:slug>/copy/": "sffofffff",
    "campaigns/<slug:slug>/discard/": "sffofffff",
    "campaigns/<slug:slug>/reach/": "sooooofof",
    "campaigns/<slug:slug>/launch-state/": "sooooofof",
    "campaigns/<slug:slug>/step/<slug:word>/": "sffrfffff",
    "campaigns/<slug:slug>/responses/new/": "sooffffff",
    "customers/<uuid:key>/responses/new/": "sooffffff",
    "responses/<uuid:key>/take-back/": "sooffffff",
    "tasks/": "sooffffff",
    "tasks/<uuid:key>/": "sooffffff",
    "tasks/<uuid:key>/done/": "srrffffff",
    "tasks/<uuid:key>/open/": "srrffffff",
    "tasks/<uuid:key>/theirs/": "srrffffff",
    "tasks/<uuid:key>/hand-on/": "sfoffffff",
    "cohorts/": "sooooofof",
    "attribution/": "sooooofof",
    "sharing/": "sooooofof",
    "meeting-insights/": "sooooofof",
    "web-page-insights/": "sooofffff",
    "web-page-insights/<slug:slug>/": "sonofffff",
    "trouble/": "sooffffff",
    "trouble/<uuid:key>/": "sooffffff",
    "trouble/<uuid:key>/settle/": "sooffffff",
    "compare/": "sooooofof",
    "frozen/": "sooooofof",
    "frozen/new/": "snnnnffff",
    "frozen/<uuid:key>/": "sooooofof",
    "frozen/<uuid:key>/delete/": "srnnnffff",
    "notice/data-map/picture.<str:form>": "soooooooo",
    "retention/forecast/picture.<str:form>": "sfffoofof",
    "exports/": "sooooffff",
    "exports/new/": "sbbbbffff",
    "exports/schedules/": "sooooffff",
    "exports/schedules/new/": "snnnnffff",
    "exports/schedules/<uuid:key>/": "sonnnffff",
    "exports/schedules/next/": "sooooffff",
    "exports/schedules/<uuid:key>/edit/": "sonnnffff",
    "exports/schedules/<uuid:key>/undo/": "sbnnnffff",
    "exports/schedules/<uuid:key>/pause/": "srnnnffff",
    "exports/schedules/<uuid:key>/leave/": "srnnnffff",
    "exports/schedules/<uuid:key>/rejoin/": "sbbbbffff",
    "exports/schedules/<uuid:key>/run/": "srnnnffff",
    "exports/schedules/<uuid:key>/delete/": "srnnnffff",
    "exports/<uuid:key>/": "sonnnffff",
    "exports/<uuid:key>/state/": "sonnnffff",
    "exports/<uuid:key>/cancel/": "srnnnffff",
    "exports/<uuid:key>/delete/": "srnnnffff",
    "exports/<uuid:key>/file/": "snnnnffff",
    "filtered/": "sooooofof",
    "mailings/": "sooofffff",
    "mailings/new/": "sooofffff",
    "mailings/reports/": "sffofffff",
    "mailings/<int:number>/": "sonnfffff",
    "mailings/<int:number>/preview/": "sonnfffff",
    "mailings/<int:number>/state/": "sonnfffff",
    "mailings/<int:number>/test/": "srnnfffff",
    "mailings/<int:number>/start/": "srnnfffff",
    "mailings/<int:number>/pause/": "srnnfffff",
    "mailings/<int:number>/resume/": "srnnfffff",
    "mailings/messages/": "sooofffff",
    "mailings/messages/<int:number>/": "sonnfffff",
    "mailings/messages/<int:number>/settle/": "srnnfffff",
    "hooks/mail": "nnnnnnnnn",
    "s/<str:token>/unsubscribe/": "ooooooooo",
    "s/<str:token>/verify/": "ooooooooo",
    "s/<str:token>/preferences/": "ooooooooo",
    "s/<str:token>/ask/<str:action>/": "ooooooooo",
    "s/<str:token>/pass-on/": "ooooooooo",
    "c": "mmmmmmmmm",
    "privacy-act-statement/": "ooooooooo",
    "s/<str:token>/": "ooooooooo",
    "s/<str:token>/passcode/": "mmmmmmmmm",
    "s/<str:token>/print/": "ooooooooo",
    "s/<str:token>/text/": "ooooooooo",
    "s/<str:token>/file/": "ooooooooo",
    "s/<str:token>/go/": "ooooooooo",
    "s/<str:token>/more/": "ooooooooo",
    "s/<str:token>/v<int:version>/pages/<int:number>/<str:width>.webp": "ooooooooo",
    "s/<str:token>/<path:rest>": "nnnnnnnnn",
    "web-pages/": "sooofffff",
    "web-pages/new/": "sooofffff",
    "web-pages/<slug:slug>/": "sonofffff",
    "web-pages/<slug:slug>/preview/": "sonofffff",
    "web-pages/<slug:slug>/versions/<int:number>/": "smmmmmmmm",
    "ledger/check/": "ooooooooo",
    "auditing/": "sffffffof",
    "auditing/evidence.zip": "sffffffof",
    "auditing/figures.csv": "sfffoffof",
    "auditing/inventory.csv": "sfffoffof",
    "readings/": "sfffoffff",
    "readings/<slug:name>/": "sfffoffff",
    "safeguards/": "sfffoffoo",
    "safeguards/new/": "sfffofffo",
    "safeguards/<uuid:key>/": "sfffoffoo",
    "safeguards/<uuid:key>/edit/": "sfffofffo",
    "access-reviews/": "sfffoffoo",
    "access-reviews/open/": "sfffrfffr",
    "access-reviews/<uuid:key>/": "sfffoffoo",
    "access-reviews/<uuid:key>/<int:number>/": "sfffrfffr",
    "access-reviews/<uuid:key>/sign/": "sfffrfffr",
    "incidents/": "sfffofooo",
    "incidents/new/": "sfffoffff",
    "incidents/<int:number>/": "sfffofooo",
    "incidents/<int:number>/readers/": "sfffrffff",
    "incidents/<int:number>/close/": "sfffoffff",
    "rights/": "ooooooooo",
    "rights/package/<str:token>/": "nnnnnnnnn",
    "rights/package-schema.json": "ooooooooo",
    "requests/": "sfffoffff",
    "requests/new/": "sfffoffff",
    "requests/terms/": "sfffoffff",
    "requests/<uuid:key>/": "sfffoffff",
    "requests/<uuid:key>/people/": "sfffoffff",
    "requests/<uuid:key>/people/<uuid:person>/link/": "sfffrffff",
    "requests/<uuid:key>/people/<uuid:person>/unlink/": "sfffrffff",
    "requests/<uuid:key>/letters/<uuid:letter>/": "sfffoffff",
    "requests/<uuid:key>/letters/<uuid:letter>/send/": "sfffrffff",
    "requests/<uuid:key>/steps/<str:step>/": "sfffoffff",
    "requests/<uuid:key>/packages/new/": "sfffrffff",
    "requests/<uuid:key>/packages/<uuid:package>/": "sfffoffff",
    "requests/<uuid:key>/packages/<uuid:package>/offer/": "sfffrffff",
    "requests/<uuid:key>/packages/<uuid:package>/handed-over/": "sfffrffff",
    "requests/<uuid:key>/packages/<uuid:package>/<str:name>": "sfffnffff",
    "requests/<uuid:key>/values/": "sfffoffff",
    "requests/<uuid:key>/disputes/new/": "sfffnffff",
    "requests/<uuid:key>/disputes/<uuid:dispute>/": "sfffoffff",
    "requests/<uuid:key>/corrections/<uuid:correction>/": "sfffoffff",
    "requests/<uuid:key>/corrections/<uuid:correction>/sent/": "sfffrffff",
    "disclosures/": "sfffoffff",
    "disclosures/new/": "sfffoffff",
    "disclosures/agreements/": "sfffoffff",
    "api/": "soooooooo",
    "api/keys/": "sfooooffo",
    "api/keys/<uuid:key>/revoke/": "sfrnnnffr",
    "api/keys/<uuid:key>/shown/": "sfonnnfff",
    "api/keys/<uuid:key>/another/": "sfrnnnfff",
    "webhooks/": "sffoffffo",
    "webhooks/new/": "sffoffffo",
    "webhooks/given-up/": "sffoffffo",
    "webhooks/given-up/again/": "sffrffffr",
    "webhooks/tellings/<int:number>/again/": "sffrffffr",
    "webhooks/<uuid:key>/": "sffoffffo",
    "webhooks/<uuid:key>/kinds/": "sffrffffr",
    "webhooks/<uuid:key>/secret/": "sffoffffo",
    "webhooks/<uuid:key>/shown/": "sffoffffo",
    "webhooks/<uuid:key>/test/": "sffrffffr",
    "webhooks/<uuid:key>/off/": "sffrffffr",
    "webhooks/<uuid:key>/on/": "sffrffffr",
    "api/v1/openapi.json": "uoooooooo",
    "api/v1/campaigns": "uooooofof",
    "api/v1/campaigns/<slug:slug>": "uooooofof",
    "api/v1/exports": "uooooffff",
    "api/v1/exports/<uuid:key>": "uonnnffff",
    "api/v1/exports/<uuid:key>/cancel": "ucnnnffff",
    "api/v1/exports/<uuid:key>/file": "unnnnffff",
    "api/v1/customers": "uoofoffff",
    "api/v1/customers/<uuid:key>": "uoofoffff",
    "api/v1/events": "ubbbfffff",
    "api/v1/imports": "ufbbfbfff",
    "api/v1/imports/<uuid:key>": "ufonfnfff",
    "api/v1/imports/<uuid:key>/rejects": "ufonfnfff",
    "api/v1/imports/<uuid:key>/undo": "ufmmfmfff",
    "api/v1/materials": "uooofffff",
    "api/v1/materials/<slug:slug>": "uooofffff",
    "api/v1/materials/<slug:slug>/offer": "uofofffff",
    "api/v1/materials/<slug:slug>/versions": "ubbbfffff",
    "api/v1/materials/<slug:slug>/withdraw": "uofofffff",
    "api/v1/organizations": "uooooffof",
    "api/v1/organizations/<uuid:key>": "uooooffof",
    "api/v1/records": "uoooooooo",
    "api/v1/records/<slug:kind>": "ubbfbffff",
    "api/v1/records/<slug:kind>/<uuid:key>": "uoofoffff",
    "api/v1/reports/campaigns/<slug:slug>": "uooooonon",
    "api/v1/reports/customers/<uuid:key>": "uoononfnf",
    "api/v1/reports/campaigns/<slug:slug>/adjusted": "uooooonon",
    "api/v1/reports/campaigns": "uooooofof",
    "api/v1/reports/campaigns/<slug:slug>/funnel": "uooooonon",
    "api/v1/reports/tables/<slug:kind>": "uooooofof",
    "api/v1/reports/tables/<slug:kind>/<slug:which>": "uooofffff",
    "api/v1/reports/trouble": "uooffffff",
    "api/v1/reports/campaigns/<slug:slug>/likely": "uooooonon",
    "api/v1/reports/attribution": "uooooofof",
    "api/v1/reports/sharing": "uooooofof",
    "api/v1/reports/meetings": "uooooofof",
    "api/v1/reports/web-pages": "uooofffff",
    "api/v1/reports/web-pages/<slug:slug>": "uonofffff",
    "api/v1/recommendations/customers/<uuid:key>": "uoononfnf",
    "api/v1/search": "ubbbbbbbf",
    "api/v1/shares": "uooffffff",
    "api/v1/shares/<uuid:key>": "uooffffff",
    "api/v1/shares/<uuid:key>/revoke": "uooffffff",
    "api/v1/web-pages": "uooofffff",
    "api/v1/web-pages/<slug:slug>": "uonofffff",
    "api/v1/web-pages/<slug:slug>/publish": "ucncfffff",
    "api/v1/<anything:rest>": "unnnnnnnn",
}

# The long tail, a noun a category: who makes one, who opens its page and history, who changes it.
TAIL = {
    **dict.fromkeys((1, 2, 3, 6, 8, 18), ("sooffffff", "soofoffff", "sooffffff")),
    **dict.fromkeys((5, 7, 9, 17), ("sffofffff", "sooooffnf", "sffofffff")),
    4: ("sffofffff", "sooooffof", "sffofffff"),
    **dict.fromkeys((10, 11, 12, 14, 15), ("sffffofff", "sfofoofff", "sffffofff")),
    # Sales managers find meetings, but have no purpose for these.
    **dict.fromkeys((13, 16), ("sffffofff", "sfffoofff", "sffffofff")),
}
# Those of meetings have no list: they are looked up.
LISTS = {**dict.fromkeys((1, 2, 3, 6, 8, 18), "soofoffff"), **dict.fromkeys((4, 5, 7, 9, 17), "sooooffof")}
for number, (new, page, edit) in TAIL.items():
    TABLE |= {
        f"records/category-{number}/new/": new,
        f"records/category-{number}/<uuid:key>/": page,
        f"records/category-{number}/<uuid:key>/edit/": edit,
        f"records/category-{number}/<uuid:key>/history/": page,
    }
TABLE |= {f"records/category-{number}/": letters for number, letters in LISTS.items()}

ANSWERS = {200: "o", 201: "o", 302: "r", 400: "b", 401: "u", 403: "f", 404: "n", 405: "m", 409: "c", 422: "o", 503: "o"}
# What the walk sends where reading is not what the address is for.
STEPS = {f"records/interactions/<uuid:key>/{done}/" for done in ("done", "open")}
IMPORTING = {f"imports/files/<uuid:key>/{verb}/" for verb in ("stop", "go-on", "use/<uuid:other>", "abandon")} | {
    "api/v1/imports"
}
MARKS = {f"records/registrations/<uuid:key>/{word}/" for word in ("attended", "missed", "cancel", "reopen", "seen-to")}
MARKS |= {"records/registrations/<uuid:key>/theirs/"}
MARKS |= {f"records/questions/<uuid:key>/{word}/" for word in ("up", "down", "remove")}
MARKS |= {f"records/surveys/<uuid:key>/{word}/" for word in ("publish", "unpublish", "again")}
MARKS |= {f"surveys/<uuid:key>/{word}/" for word in ("build/try", "offer")}
MARKS |= {f"records/events/<uuid:key>/{word}/" for word in ("publish", "unpublish", "call-off")}
MARKS |= {"events/<uuid:key>/offer/"}
MARKS |= {f"records/contests/<uuid:key>/{word}/" for word in ("publish", "unpublish", "draw")}
MARKS |= {f"records/awards/<uuid:key>/{word}/" for word in ("claim", "decline")}
MARKS |= {f"records/payments/<uuid:key>/{word}/" for word in ("refund", "seen-to")}
MARKS |= {"records/contracts/<uuid:key>/seen-to/"}
MARKS |= {f"publications/<uuid:key>/{word}/" for word in ("offer", "draw")}
MARKS |= {f"fulfilments/<uuid:key>/{word}/" for word in ("sent", "undo")}
MARKS |= {f"fulfilments/labels/<uuid:key>/{word}/" for word in ("moved", "unknown", "died", "refused")}
MARKS |= {f"records/publications/<uuid:key>/{word}/" for word in ("publish", "unpublish")}
MARKS |= {"records/publication-orders/<uuid:key>/cancel/"}
MARKS |= {f"records/submissions/<uuid:key>/{word}/" for word in ("theirs", "withdraw")}
MARKS |= {"contests/<uuid:key>/offer/"}
MARKS |= {f"records/studies/<uuid:key>/{word}/" for word in ("publish", "unpublish")} | {"studies/<uuid:key>/offer/"}
MARKS |= {f"records/study-participants/<uuid:key>/{word}/" for word in ("came", "missed", "paid", "withdraw")}
MARKS |= {"records/study-sessions/<uuid:key>/call-off/", "records/research-files/<uuid:key>/destroy/"}
MERGES = {"records/duplicates/<int:number>/decide/", "records/merges/<int:number>/undo/", "api/v1/search"}
KEEPING = {f"materials/<slug:slug>/{verb}/" for verb in ("topics", "withdraw", "offer")}
KEEPING |= {f"materials/<slug:slug>/versions/<int:number>/{verb}/" for verb in ("retry", "discard")}
KEEPING |= {f"api/v1/materials/<slug:slug>/{verb}" for verb in ("versions", "withdraw", "offer")}
KEEPING |= {"api/v1/web-pages/<slug:slug>/publish"}
CUSTOMERS = {"customers/assign/", "customers/assign/undo/", "teams/hand-over/"}
PLANS = {
    f"campaigns/{rest}/"
    for rest in ("audiences/count", "audiences/restore", "notes/restore", "notes/<int:number>/remove")
}
TASKS = {f"tasks/<uuid:key>/{verb}/" for verb in ("done", "open", "theirs", "hand-on")} | {"trouble/<uuid:key>/settle/"}
SHARES = {
    "shares/new/people/",
    "shares/presets/restore/",
    "shares/presets/<int:number>/delete/",
    "shares/made/<int:number>/revoke/",
    "shares/<uuid:key>/revoke/",
    "api/v1/shares/<uuid:key>/revoke",
}
EXPORTS = {f"exports/<uuid:key>/{verb}/" for verb in ("cancel", "delete")} | {"api/v1/exports/<uuid:key>/cancel"}
EXPORTS |= {"frozen/new/", "frozen/<uuid:key>/delete/"}
EXPORTS |= {f"exports/schedules/<uuid:key>/{verb}/" for verb in ("pause", "run", "undo", "leave", "rejoin", "delete")}
EXPORTS |= {"exports/schedules/next/"}
PROGRAMS = {"api/keys/<uuid:key>/revoke/", "api/v1/events", "webhooks/given-up/again/"}
PROGRAMS |= {f"webhooks/<uuid:key>/{verb}/" for verb in ("secret", "test", "off", "on")}
PROGRAMS |= {"webhooks/tellings/<int:number>/again/"}
TOLD = {"notifications/read/", "account/settings/mail/"}
RIGHTS = {
    "letters/<uuid:letter>/send",
    "people/<uuid:person>/link",
    "people/<uuid:person>/unlink",
    "steps/<str:step>",
    "packages/new",
}
RIGHTS |= {f"packages/<uuid:package>/{verb}" for verb in ("offer", "handed-over")} | {
    "corrections/<uuid:correction>/sent"
}
PROGRAMS |= {f"requests/<uuid:key>/{part}/" for part in RIGHTS}
PROGRAMS |= {f"access-reviews/{part}/" for part in ("open", "<uuid:key>/<int:number>", "<uuid:key>/sign")}
PROGRAMS |= {f"incidents/<int:number>/{part}/" for part in ("readers", "close")}
PROGRAMS |= {f"notice/drafts/<uuid:key>/{part}/" for part in ("publication/<str:act>", "comments/<uuid:comment>")}
OF_PEOPLE = PLANS | TASKS | SHARES | CUSTOMERS | STEPS | MARKS | MERGES
VIEWS = {f"views/of/<slug:word>/{verb}/" for verb in ("new", "columns")}
VIEWS |= {f"views/<uuid:key>/{verb}/" for verb in ("replace", "copy", "delete", "restore")}
POSTED = {"basis/"} | TOLD | VIEWS | PROGRAMS | EXPORTS | OF_PEOPLE | IMPORTING | KEEPING
# Whose page things of these are on, where that is no customer's.
PARENTS = {
    "participations": "meetings",
    "messages": "meetings",
    "questions": "surveys",
    "submissions": "surveys",
    "registrations": "events",
    "awards": "contests",
    "publication-orders": "publications",
    "fulfilments": "publications",
    "fulfilment-entries": "fulfilments",
    "memberships": "lists",
    "study-sessions": "studies",
    "study-participants": "studies",
    "study-notes": "study-participants",
    "study-findings": "study-participants",
}
OF_ORGANIZATIONS = {"business-facts", "industry-codes", "organization-identifiers", "contracts"}


def patterns(within: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for entry in within:
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern)


class Place:
    """A house with one of everything that addresses name."""

    def __init__(self) -> None:
        self.users: dict[Role, User] = {role: make_user(role) for role in Role}
        self.team: Team = make_team(self.users[Role.SALES], manager=self.users[Role.SALES_MANAGER])
        self.territory = Territory.objects.create(code="ne", name="Northeast")
        self.customer: Customer = make_customer("C-1", self.users[Role.SALES])
        self.campaign = make_campaign("spring")
        enroll(self.customer, self.campaign.variants.all()[0], "response")
        self.note = CampaignNote.objects.create(day=date(2026, 3, 10), text="Snow")
        self.audience = Audience.objects.create(name="Everybody")
        self.plans = make_plans(self.customer, self.users[Role.SALES])
        self.records = make_records(self.customer, self.users[Role.SALES])
        self.brought_in = make_import(self.users[Role.SALES_MANAGER])
        self.upload = make_upload(self.users[Role.SALES_MANAGER], self.brought_in)
        others = [make_customer(f"D-{number}", self.users[Role.SALES]) for number in range(3)]
        self.retention = make_retention(self.users[Role.RECORDS_ADMINISTRATOR])
        self.merge = merge(others[0], others[1], by=None)
        self.material = make_shown_material(self.users[Role.SALES])
        self.share = shared_with(self.customer, self.users[Role.SALES])
        self.preset = SharePreset.objects.create(name="A month", owner=self.users[Role.SALES])
        self.pair = DuplicatePair.objects.create(first=self.customer, second=others[2], score=4)
        self.view = SavedView.objects.create(owner=self.users[Role.SALES], list="campaigns", name="Spring")
        self.web_page = make_page("Page", self.users[Role.SALES])
        letter = {"name": "Rates", "subject": "Rates", "body": "{{link}}"}
        exported = {"of": "campaigns", "title": "Campaigns", "format": "csv"}
        self.export = Export.objects.create(asked_by=self.users[Role.SALES], **exported)
        self.schedule = ExportSchedule.objects.create(
            owner=self.users[Role.SALES], rhythm="daily", at=time(8), **exported
        )
        self.frozen = FrozenReport.objects.create(
            made_by=self.users[Role.SALES], of="campaign/spring", title="Spring", as_of=NOON,
            content={"table": {"heads": [], "numbers": [], "rows": []}, "notes": [], "pictures": []},
        )  # fmt: skip
        self.api_key = make_key(self.users[Role.SALES_MANAGER]).key
        self.endpoint = endpoints.make("Program", "https://hooks.example/", ["share.viewed"], self.users[Role.SALES])
        self.telling = endpoints.test(self.endpoint.endpoint)
        self.mailing = Mailing.objects.create(sender=self.users[Role.SALES], batch=self.share.batch, **letter)
        self.message = MailMessage.objects.create(
            mailing=self.mailing, share=self.share, identifier="0" * 32, state="failed", why="mailbox full"
        )
        self.asked = make_asked(self.customer, self.users[Role.PRIVACY_OFFICER])
        self.safeguards = make_safeguards(self.users)
        self.comment = make_comment(self.users[Role.PRIVACY_OFFICER])
        fold_all()

    def address(self, pattern: str) -> str:
        """The pattern filled with what this place holds."""
        object_id = {
            "team": self.team.pk,
            "territory": self.territory.pk,
            "user": self.users[Role.AUDITOR].pk,
            **{name: row.pk for name, row in self.retention.items()},
        }
        model = pattern.split("/")[2] if pattern.startswith("administration/") and pattern.count("/") > 2 else ""
        noun = pattern.split("/")[1] if pattern.startswith("records/") else ""
        of = "organizations" if noun in OF_ORGANIZATIONS else PARENTS.get(noun, "")
        parent = self.records.get(of, self.customer)
        for part, value in {
            "notice/<str:name>/": "notice/2023-01-23/",
            "<str:act>": "report",
            "<path:place>": "purposes",
            "<uuid:comment>": self.comment.key,
            "<uuid:parent>": parent.key,
            "<int:number>": self.numbered(pattern),
            "<slug:word>": "campaigns" if pattern.startswith("views/of/") else "approve",
            "<uuid:other>": self.upload.key,
            "<uuid:person>": self.customer.key,
            "<uuid:letter>": self.asked["step"].key,
            "<str:step>": "verify",
            "<uuid:package>": self.asked["package"].key,
            "<uuid:dispute>": self.asked["correction"].dispute.key,
            "<uuid:correction>": self.asked["correction"].key,
            "<str:name>": "package.json",
            "<path:object_id>": object_id.get(model, 1),
            "<id>": self.users[Role.AUDITOR].pk,
            "<uuid:key>": self.keyed(pattern, noun),
            "<slug:slug>": self.slug(pattern),
            # Of a share that no other address of the walk revokes.
            "<str:token>": self.plans["tasks"].share.token,
            "<str:action>": "call",
            "<int:version>": 1,
            "<str:width>": "wide",
            "<int:page>": 1,
            "<int:width>": 800,
            "<path:content_type_id>": 1,
            "^(?P<app_label>config|records|privacy)/$": "privacy/",
            "(?P<url>.*)$": "anything",
            "<path:rest>": "nowhere",
            "<anything:rest>": "nowhere",
            "tables/<slug:kind>/<slug:which>": f"tables/material/{self.material.slug}",
            "tables/<slug:kind>": "tables/cohorts",
            "<slug:kind>": "interactions",
            "<slug:name>": "terms",
            "<str:form>": "svg",
            "<slug:pictures>": "svg",
        }.items():
            pattern = pattern.replace(part, str(value))
        return f"/{pattern}"

    def slug(self, pattern: str) -> str:
        """The slug of what the pattern is about."""
        page = self.web_page.material
        things = {"materials": self.material, "web-pages": page, "web-page-insights": page}
        return things.get(pattern.removeprefix("api/v1/").removeprefix("reports/").split("/")[0], self.campaign).slug

    def numbered(self, pattern: str) -> int:
        """The number of what the pattern is about."""
        if pattern.startswith("mailings/messages/"):
            return self.message.pk
        own = {"mailings": self.mailing.pk, "webhooks": self.telling, "materials": 1, "imports": self.brought_in.pk}
        if number := own.get(pattern.split("/")[0]):
            return number
        if pattern.startswith("administration/privacy/"):
            found = self.retention.get(pattern.split("/")[2])
            return int(found.pk) if found else 0
        if found := self.safeguards.get(pattern.split("/")[0]):
            return int((found.accounts.all()[0] if isinstance(found, AccessReview) else found).pk)
        if pattern.startswith(("s/", "web-pages/")):
            return 1
        if pattern.startswith("campaigns/notes/"):
            return self.note.pk
        if pattern.startswith("campaigns/audiences/"):
            return self.audience.pk
        if pattern.startswith("shares/"):
            return self.preset.pk if "presets" in pattern else self.share.batch_id or 0
        return (self.merge if pattern.startswith("records/merges/") else self.pair).pk

    def keyed(self, pattern: str, noun: str) -> Any:
        """The key of what the pattern is about."""
        # What is kept of whoever withdrew is shown no more.
        noun = {"records/study-participants/<uuid:key>/withdraw/": "leaving"}.get(pattern, noun)
        own = {"frozen": self.frozen.key, "views": self.view.key, "requests": self.asked["request"].key}
        own |= {name: self.safeguards[name].key for name in ("safeguards", "access-reviews")}
        own["notice"] = self.comment.draft.key
        own |= {name: self.records[name].key for name in ("surveys", "events", "contests", "studies", "publications")}
        own["suppliers"] = self.records["organizations"].key
        own["fulfilments"] = self.records["fulfilment-entries" if "/labels/" in pattern else "fulfilments"].key
        if key := own.get(pattern.split("/")[0]):
            return key
        if pattern.removeprefix("api/v1/").startswith("exports/"):
            return self.schedule.key if "schedules" in pattern else self.export.key
        if found := self.plans.get(pattern.split("/")[0]):
            return found.key
        if "imports/" in pattern:
            return self.upload.key
        if pattern.startswith("api/keys/"):
            return self.api_key.key
        if pattern.startswith("webhooks/"):
            return self.endpoint.endpoint.key
        if pattern.startswith("api/v1/records/"):
            return self.records["interactions"].key
        if pattern.startswith("api/v1/organizations/"):
            return self.records["organizations"].key
        if "shares/<uuid" in pattern:
            return self.share.key
        return self.records.get("meetings" if pattern.startswith("meetings/<") else noun, self.customer).key


def make_retention(user: User) -> dict[str, Any]:
    """Approved rules, a list that was withdrawn and a hold, by the names that the administration's addresses have."""
    approve_all(user)
    run = runs.make(made_as="test")
    runs.withdraw(run, user, "A trial.")
    hold = hold_on(user, categories=[6])
    unit = make_unit(user)
    destruction = list_for([unit], Way(Destroying.SHREDDING, "", "Washington"), user)
    retention = {"retentionpolicy": policies.approved()["RET-3"], "dispositionrun": run, "legalhold": hold}
    return {**retention, "physicalunit": make_unit(user, "WM-900002"), "destruction": destruction}


def make_safeguards(users: dict[Role, User]) -> dict[str, Any]:
    """A safeguard that somebody looks after, an open review of access and an incident, by their addresses."""
    return {
        "safeguards": make_care(users[Role.PRIVACY_OFFICER]),
        "access-reviews": open_review(date(2026, 11, 28))[0],
        "incidents": make_incident("INC-7", users[Role.SECURITY_INVESTIGATOR]),
    }


def make_comment(officer: User) -> NoticeComment:
    """A comment on a version of the notice that is drafted."""
    about = {"filed_as": "0001", "received_on": date(2026, 11, 1), "gist": "Too long.", "entered_by": officer}
    return NoticeComment.objects.create(draft=begin(officer), **about)


def make_asked(customer: Customer, officer: User) -> dict[str, Any]:
    """An open request for amendment, with a letter, a package that waits, and somebody to be told of a correction."""
    disclosed(customer, officer)
    request = verified(make_request(RequestKind.AMENDMENT), officer, customer)
    correct(contested(request, customer, "name", "Ada Lovelace"), "Ada Lovelace", "As on the card", officer)
    return {
        "request": request,
        "step": request.steps.filter(step="acknowledge").get(),
        "package": Package.objects.create(request=request, asked_by=officer),
        "correction": Correction.objects.select_related("dispute").get(),
    }


def make_import(user: User) -> Import:
    """A finished import of nothing but one rejected row, with its rejects file."""
    counts = {"read": 1, "rejected": 1, "state": ImportState.DONE, "finished_at": NOON}
    made = Import.objects.create(kind="customers", file_name="people.csv", started_by=user, **counts)
    path = rejects_path(made)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("line,column,reason,value\n")
    return made


def make_upload(user: User, source_import: Import) -> Upload:
    about = {"kind": "customers", "file_name": "people.csv", "size": 1, "state": UploadState.ENDED}
    return Upload.objects.create(sent_by=user, source_import=source_import, **about)


def make_plans(customer: Customer, staff: User) -> dict[str, Any]:
    """A response that staff recorded and something that a customer asked for, by the first word of their addresses."""
    share = make_share(customer, staff)
    asked = follow_ups.ask(share, Action.CALL, "Call me", NOON, uuid.uuid4())
    said = Said(uuid.uuid4(), OutcomeKind.RESPONSE, NOON)
    evidence = {"action": "call", "due": "2026-03-01", "count": 1}
    trouble = TroubleArea.objects.create(
        customer=customer, detector="asked_and_waiting", evidence=evidence, found_at=NOON, seen_at=NOON
    )
    return {"tasks": asked, "responses": record(customer, said, staff, Basis(12)), "trouble": trouble}


def make_records(customer: Customer, staff: User) -> dict[str, Any]:
    """One record of each noun, by its slug."""
    acme = Organization.objects.create(name="Acme")
    return {
        "organizations": acme,
        "business-facts": BusinessFact.objects.create(organization=acme, kind="url", value="acme.example"),
        "industry-codes": IndustryCode.objects.create(organization=acme, system="NAICS", code="51"),
        "organization-identifiers": Identifier.objects.create(organization=acme, kind="duns", value="123456789"),
        "contracts": SupplierContract.objects.create(organization=acme, award_number="A-1", starts_on=date(2026, 1, 1)),
        "contacts": ContactPoint.objects.create(customer=customer, kind="name", value="x", normalized="x"),
        "identifiers": Identifier.objects.create(customer=customer, kind="customer id", value="7"),
        "preferences": Preference.objects.create(customer=customer, badge_name="x"),
        "interactions": Interaction.objects.create(customer=customer, staff=staff, about="x", next_step="y"),
        **make_tail(customer),
        **make_programmes(customer),
        **make_research(customer),
        **make_payments(customer),
        **make_meeting(),
    }


def make_tail(customer: Customer) -> dict[str, Any]:
    """A record of each category, in clear."""
    make_partitions([NOON])
    made = {}
    for category in CATEGORIES:
        element = next(one for one in kept_elements(category) if not one.is_encrypted)
        owner = customer if is_of_customers(category) else None
        record = Record(
            collected_at=NOON, category=category, customer=owner, source="personnel", location="headquarters",
            retention_rule=rule_of(category), attributes={element.id: "x"},
        )  # fmt: skip
        record.subject = owner.key if owner else record.key
        record.save(force_insert=True)
        made[f"category-{category}"] = record
    return made


def make_meeting() -> dict[str, Any]:
    """A meeting with a participant and a message."""
    meeting = Meeting.objects.create(number="812", uid="u-1", started_at=NOON)
    written = {"number": "m-1", "sender": "x", "sent_at": NOON, "retention_rule": "RET-4"}
    return {
        "meetings": meeting,
        "participations": Participation.objects.create(meeting=meeting, joined_at=NOON, seconds=60),
        "messages": Message.objects.create(meeting=meeting, **written),
    }


def make_programmes(customer: Customer) -> dict[str, Any]:
    """A survey with an answer, an event with a registration, a list with a member."""
    survey = Survey.objects.create(slug="spring", name="Spring")
    question = Question.objects.create(survey=survey, number=1, text="How was it?", element="c09-habits")
    submission = Submission.objects.create(
        survey=survey, customer=customer, number="1", submitted_at=NOON, retention_rule="RET-7"
    )
    contest = Contest.objects.create(
        survey=Survey.objects.create(slug="slogans", name="Slogans", kind="contest"), rules="Be kind.", prizes="A globe"
    )
    entry = Submission.objects.create(
        survey=contest.survey, customer=customer, number="1", submitted_at=NOON, retention_rule="RET-2B"
    )
    Drawing.objects.create(contest=contest, drawn_at=NOON, entries=1, file="{}", file_sha256="0" * 64)
    event = Gathering.objects.create(slug="forum", name="Forum", starts_at=NOON)
    mailing_list = MailingList.objects.create(slug="deliver", name="Deliver")
    member = {"mailing_list": mailing_list, "customer": customer, "since": date(2026, 1, 1)}
    publication = Publication.objects.create(slug="deliver", mailing_list=mailing_list)
    ordered = {"publication": publication, "customer": customer, "asked_at": NOON, "confirmed_at": NOON}
    fulfilment = Fulfilment.objects.create(publication=publication, issue="May", way="post", drawn_at=NOON)
    membership = ListMembership.objects.create(**member)
    sent = {"fulfilment": fulfilment, "customer": customer, "membership": membership, "retention_rule": "RET-1"}
    return {
        "publications": publication,
        "publication-orders": PublicationOrder.objects.create(**ordered),
        "fulfilments": fulfilment,
        "fulfilment-entries": FulfilmentEntry.objects.create(**sent),
        "surveys": survey,
        "questions": question,
        "submissions": submission,
        "answers": Answer.objects.create(submission=submission, question=question, text="Fine"),
        "contests": contest,
        "awards": Award.objects.create(contest=contest, submission=entry, rank=1),
        "events": event,
        "registrations": Registration.objects.create(gathering=event, customer=customer, registered_at=NOON),
        "lists": mailing_list,
        "memberships": membership,
    }


def make_research(customer: Customer) -> dict[str, Any]:
    """A study with a session, and somebody who takes part, with a note, a finding and a file."""
    study = Study.objects.create(slug="labels", name="Labels", kind="interview", purpose="We talk.")
    consent = StudyConsent.objects.create(study=study, version=1, text="We record it.")
    when = {"starts_at": NOON, "ends_at": NOON + timedelta(hours=1)}
    session = StudySession.objects.create(study=study, place="Room 7", **when)
    agreed = {"state": "agreed", "answered_at": NOON, "consented_at": NOON, "consent": consent, "token": "t" * 22}
    takes_part = StudyParticipant.objects.create(study=study, customer=customer, session=session, **agreed)
    other = Study.objects.create(slug="prices", name="Prices", kind="interview", purpose="We talk.")
    agreed |= {"consent": StudyConsent.objects.create(study=other, version=1, text="We record it."), "token": "u" * 22}
    leaving = StudyParticipant.objects.create(study=other, customer=customer, **agreed)
    finding = StudyFinding(participant=takes_part, customer=customer, element="c09-habits", tags=["labels"])
    note, file = StudyNote(participant=takes_part), MediaFile(participant=takes_part, customer=customer)
    note.text, finding.text, file.file_name, file.stored_as = "x", "x", "x.pdf", "gone"
    file.kind, file.retention_rule, file.size, file.recorded_at = "research", "RET-7", 1, NOON
    for one in (note, finding, file):
        one.save(force_insert=True)
    return {
        "studies": study,
        "study-sessions": session,
        "study-participants": takes_part,
        "study-notes": note,
        "study-findings": finding,
        "research-files": file,
        "leaving": leaving,
    }


def make_payments(customer: Customer) -> dict[str, Any]:
    card = PaymentCard(customer=customer, brand="visa", last_four="1111", provider="P", token="t")
    card.expires = "05/2028"
    account = AchAccount(customer=customer, provider="P", token_hash=b"h")
    account.bank_name, account.last_four, account.token = "Bank", "6789", "t"
    for means in (card, account):
        means.save()
    payment = paid_payment(customer, NOON)
    payment.reference = "sbx_1"
    payment.save()
    return {"cards": card, "ach-accounts": account, "payments": payment}


def post(client: Client, pattern: str, address: str) -> HttpResponseBase:
    is_json = pattern in {"api/v1/search", "api/v1/events"}
    return client.post(address, content_type="application/json") if is_json else client.post(address)


def answer(client: Client, pattern: str, address: str) -> str:
    got = post(client, pattern, address) if pattern in POSTED else client.get(address)
    if got.status_code == 302 and got["Location"].startswith("/sign-in/"):
        return "s"
    return ANSWERS[got.status_code]


def is_signed_in(client: Client) -> bool:
    """Whether it has a session still: an answer that ends it takes the cookie back."""
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and bool(cookie.value)


def walk(place: Place) -> dict[str, str]:
    found = {}
    clients = [Client(), *(Client() for _ in Role)]
    for pattern in patterns(get_resolver().url_patterns):
        # What opens nothing is counted: so many addresses of recipients would be too many tries.
        refusals.clear()
        for client, role in zip(clients[1:], Role, strict=True):
            if not is_signed_in(client):  # one of the addresses signs out
                client.force_login(place.users[role])
        found[pattern] = "".join(answer(client, pattern, place.address(pattern)) for client in clients)
    return found


def test_every_address_answers_each_role_as_the_table_says() -> None:
    found = walk(Place())
    assert found == TABLE


def test_no_answer_is_kept_by_a_browser_or_proxy() -> None:
    place, client = Place(), Client()
    kept = {}
    for pattern in patterns(get_resolver().url_patterns):
        client.force_login(place.users[Role.PRIVACY_OFFICER])
        for address in (place.address(pattern), f"{place.address(pattern)}?of=campaigns&format=csv"):
            got = client.get(address)
            b"".join(got.streaming_content) if got.streaming else got.content  # type: ignore[attr-defined]
            kept[address] = got.headers.get("Cache-Control")
    assert set(kept.values()) == {"private, no-store"}
    assert len(kept) > 100


def test_static_files_are_kept(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "mark.svg").write_text("<svg/>")
    answer = Client().get("/static/mark.svg")
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"<svg/>")  # type: ignore[attr-defined]
    assert answer["Cache-Control"] == "max-age=60, public"


def test_the_administrations_other_answers_lead_to_a_refusal() -> None:
    """Where the table says `r` for a role, the administration sends it to its own login, which refuses."""
    client = Client()
    client.force_login(make_user(Role.SALES))
    page = client.get("/administration/privacy/user/", follow=True)
    assert page.status_code == 403
    assert (
        "This is open to privacy officers, records administrators, auditors and IT administrators."
        in page.content.decode()
    )


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/teams/hand-over/", "/teams/"),
        ("/customers/assign/", "/customers/"),
        ("/customers/assign/undo/", "/customers/"),
    ],
)
def test_the_address_of_a_form_leads_to_its_page(address: str, leads_to: str) -> None:
    client = Client()
    client.force_login(make_user(Role.SALES_MANAGER))
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, leads_to)


def test_a_method_that_is_not_allowed_has_a_page() -> None:
    client = Client()
    client.force_login(make_user(Role.SALES_MANAGER))
    answer = client.get("/basis/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "There is nothing to open here" in answer.content.decode()
    assert client.put("/customers/assign/").status_code == 405


def test_a_refusal_names_the_roles_that_may() -> None:
    client = Client()
    client.force_login(make_user(Role.AUDITOR))
    page = client.get("/customers/")
    assert "This is open to sales staff, sales managers and privacy officers." in page.content.decode()


SECRET = "Quillfeather"


@pytest.mark.parametrize("role", list(Role))
def test_no_page_shows_a_customer_or_campaign_of_others(role: Role) -> None:
    place = Place()
    theirs = make_customer("C-9", make_user(Role.SALES, "Outsider"), name=SECRET, email="quillfeather@example.com")
    campaign = make_campaign("quillfeather-letters")
    enroll(theirs, campaign.variants.all()[0], "response")
    fold_all()
    client = Client()
    client.force_login(place.users[role])
    shown = {address: open_text(client, address) for address in addresses(theirs, campaign.slug)}
    leaking = {address for address, text in shown.items() if SECRET.lower() in text.lower()}
    assert leaking == {address for address in shown if allowed(role, address)}


def addresses(customer: Customer, slug: str) -> list[str]:
    lists = [f"/{name}/" for name in ("customers", "campaigns")]
    lists += [f"/exports/new/?of={name}&format=csv" for name in ("customers", "campaigns")]
    reports = [f"/customers/{customer.key}/"]
    reports += [f"/campaigns/{slug}/"]
    api = [f"/api/v1/reports/customers/{customer.key}", f"/api/v1/reports/campaigns/{slug}", "/api/v1/campaigns"]
    api += [f"/api/v1/customers/{customer.key}", "/api/v1/customers", f"/api/v1/campaigns/{slug}"]
    return ["/", "/teams/", "/customers/?search=quill", *lists, *reports, *api]


def open_text(client: Client, address: str) -> str:
    """What the address shows; nothing where it refuses (the address itself would be in the page)."""
    got = client.get(address)
    body = b"".join(got.streaming_content) if got.streaming else got.content  # type: ignore[attr-defined]
    # The search box repeats what was searched for.
    return body.decode().replace('value="quill"', "") if got.status_code == 200 else ""


def allowed(role: Role, address: str) -> bool:
    """What others' records each role is for: privacy officers all, and all campaigns for those who compare them."""
    if address == "/teams/":
        return False
    if role is Role.PRIVACY_OFFICER:
        # Before a list of customers is exported it is asked for what.
        return not address.startswith("/exports/new/?of=customers")
    if role is Role.MARKETING_MANAGER:
        return "campaigns" in address or address == "/"
    if role in {Role.RECORDS_ADMINISTRATOR, Role.AUDITOR}:
        return ("campaigns" in address and not address.startswith("/exports/")) or address == "/"
    return False
