"""Lists, by the name of their stream: what there is in the account, whenever it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.lists import account, campaigns, contacts, deals, employees, numbers, sites, sources
from callgear_sandbox.data.lists.asked import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from callgear_sandbox.encoding import Json

__all__ = ["LISTS", "Asked"]

LISTS: Final[Mapping[str, Callable[[Asked], list[Json]]]] = {
    "accounts": account.accounts,
    "account_details": account.account_details,
    "customers": account.customers,
    "customer_users": account.customer_users,
    "sites": sites.sites,
    "site_blocks": sites.site_blocks,
    "segments": sites.segments,
    "events": sites.events,
    "campaigns": campaigns.campaigns,
    "ad_engines": campaigns.ad_engines,
    "tags": campaigns.tags,
    "auto_call_campaigns": campaigns.auto_call_campaigns,
    "blacklist_phone_numbers": campaigns.blacklist_phone_numbers,
    "employees": employees.employees,
    "employee_groups": employees.employee_groups,
    "employee_positions": employees.employee_positions,
    "employee_statuses": employees.employee_statuses,
    "virtual_numbers": numbers.virtual_numbers,
    "scenarios": numbers.scenarios,
    "sip_lines": numbers.sip_lines,
    "media_files": numbers.media_files,
    "contacts": contacts.contacts,
    "contact_organizations": contacts.contact_organizations,
    "contact_groups": contacts.contact_groups,
    "sources": sources.sources,
    "source_groups": sources.source_groups,
    "source_channels": sources.source_channels,
    "communication_sources": sources.communication_sources,
    "crm_sources": sources.crm_sources,
    "chat_channels": sources.chat_channels,
    "geolocations": sources.geolocations,
    "sales_funnels": deals.sales_funnels,
    "deals_history": deals.deals_history,
    "deal_user_fields": deals.user_fields,
    "lead_user_fields": deals.user_fields,
    "offline_message_user_fields": deals.user_fields,
    "deal_contacts": deals.deal_contacts,
    "deal_employees": deals.deal_employees,
    "lead_funnel_stages": deals.lead_funnel_stages,
    "crm_accounts": deals.crm_accounts,
    "crm_companies": deals.crm_companies,
}
