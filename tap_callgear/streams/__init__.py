"""Every stream there is, in the order in which they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tap_callgear.streams.call_legs import CallLegs
from tap_callgear.streams.calls import Calls
from tap_callgear.streams.campaign_daily_stats import CampaignDailyStats
from tap_callgear.streams.chat_messages import ChatMessages
from tap_callgear.streams.chats import Chats
from tap_callgear.streams.communications import Communications
from tap_callgear.streams.ct_ac_summaries import CtAcSummaries
from tap_callgear.streams.ct_summaries import CtSummaries
from tap_callgear.streams.employee_stats import EmployeeStats
from tap_callgear.streams.financial_call_legs import FinancialCallLegs
from tap_callgear.streams.goals import Goals
from tap_callgear.streams.lists import (
    accounts,
    campaigns,
    contacts,
    deals,
    employees,
    marks,
    numbers,
    sites,
    sources,
)
from tap_callgear.streams.offline_messages import OfflineMessages
from tap_callgear.streams.source_costs import SourceCosts
from tap_callgear.streams.uploaded_calls import UploadedCalls
from tap_callgear.streams.visitor_sessions import VisitorSessions

if TYPE_CHECKING:
    from tap_callgear.streams.base import ApiStream

STREAMS: Final[tuple[type[ApiStream], ...]] = (
    Communications,
    VisitorSessions,
    Calls,
    CallLegs,
    Chats,
    ChatMessages,
    Goals,
    OfflineMessages,
    FinancialCallLegs,
    UploadedCalls,
    CampaignDailyStats,
    CtSummaries,
    CtAcSummaries,
    EmployeeStats,
    SourceCosts,
    accounts.Accounts,
    accounts.AccountDetails,
    accounts.Customers,
    accounts.CustomerUsers,
    sites.Sites,
    sites.SiteBlocks,
    campaigns.Campaigns,
    campaigns.AdEngines,
    campaigns.AutoCallCampaigns,
    marks.Tags,
    marks.Segments,
    marks.Events,
    marks.Geolocations,
    employees.Employees,
    employees.EmployeeGroups,
    employees.EmployeePositions,
    employees.EmployeeStatuses,
    numbers.VirtualNumbers,
    numbers.SipLines,
    numbers.Scenarios,
    numbers.MediaFiles,
    numbers.BlacklistPhoneNumbers,
    numbers.ChatChannels,
    contacts.Contacts,
    contacts.ContactOrganizations,
    contacts.ContactGroups,
    sources.Sources,
    sources.SourceGroups,
    sources.SourceChannels,
    sources.CommunicationSources,
    sources.CrmSources,
    deals.SalesFunnels,
    deals.DealsHistory,
    deals.DealContacts,
    deals.DealEmployees,
    deals.DealUserFields,
    deals.LeadUserFields,
    deals.OfflineMessageUserFields,
    deals.LeadFunnelStages,
    deals.CrmAccounts,
    deals.CrmCompanies,
)
