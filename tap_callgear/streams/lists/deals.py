"""What CRM systems tell of deals and leads: the funnels, their stages, and the people and companies behind them."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.list import ListStream
from tap_callgear.streams.lists.shared import COMPONENT, PERSON_ADDRESSES, SALES_FUNNEL, USER_FIELD
from tap_callgear.streams.shared import COMMUNICATION_TYPES, NO_TEXT
from tap_callgear.streams.types import boolean, date_time, enum, integer, integers, number, objects, string, strings


class SalesFunnels(ListStream):
    """The ways that deals go, stage by stage."""

    name = "sales_funnels"
    method = "get.sales_funnel"
    primary_keys = ("ext_id",)
    seeks_by_key = True
    requires = SALES_FUNNEL
    schema = th.PropertiesList(
        string("ext_id", "Identifier of the funnel in the CRM system.", key=True),
        string("name", "Name of the funnel."),
        objects(
            "stages",
            "Stages of the funnel.",
            string("stage_ext_id", "Identifier of the stage in the CRM system."),
            string("stage_name", "Name of the stage."),
            enum("stage_status", "What the stage means for the deal.", "in_process", "success", "failed"),
            integer("stage_order", "Place of the stage in the funnel."),
        ),
    ).to_dict()


class DealsHistory(ListStream):
    """Every stage that a deal has been in: one record a deal and stage."""

    name = "deals_history"
    method = "get.deals_history"
    primary_keys = ("ext_id", "sales_funnel_ext_id", "stage_ext_id", "modified_stage_date_time")
    seeks_by_key = True
    nullable_keys = frozenset({"sales_funnel_ext_id", "stage_ext_id"})
    requires = SALES_FUNNEL
    schema = th.PropertiesList(
        string("ext_id", "Identifier of the deal in the CRM system.", key=True),
        string("sales_funnel_ext_id", f"Funnel of the deal: the ext_id in sales_funnels. {NO_TEXT}", key=True),
        string("stage_ext_id", f"Stage of the deal, as the funnel lists it. {NO_TEXT}", key=True),
        date_time("modified_stage_date_time", "When the deal came to the stage, in UTC.", key=True),
        string("name", "Name of the deal."),
        date_time("created_date_time", "When the deal was opened, in UTC."),
        date_time("closed_date_time", "When the deal was closed, in UTC."),
        strings("contact_ext_ids", "People of the deal: ext_id in deal_contacts."),
        strings("tag_ext_ids", "Identifiers of the deal's tags in the CRM system."),
        string("main_contact_ext_id", "Main person of the deal: the ext_id in deal_contacts."),
        string("employee_ext_id", "Who works on the deal: the ext_id in deal_employees."),
        number("revenue", "What the deal is worth."),
        string("comments", "Free text about the deal."),
        string("source", "Where the deal came from."),
        boolean("is_generated", "Whether CallGear filled in this stage because the deal skipped it."),
        integer("communication_id", "Contact that led to the deal: the id in communications."),
        enum("communication_type", "What sort of contact that was.", *COMMUNICATION_TYPES),
    ).to_dict()


class DealContacts(ListStream):
    """The people behind deals; this is personal data."""

    name = "deal_contacts"
    method = "get.deal_contacts"
    primary_keys = ("ext_id",)
    seeks_by_key = True
    requires = SALES_FUNNEL
    schema = th.PropertiesList(
        string("ext_id", "Identifier of the person in the CRM system.", key=True),
        string("name", "Name of the person."),
        date_time("created_date_time", "When the person was added, in UTC."),
        *PERSON_ADDRESSES,
        enum("component", COMPONENT, "amocrm", "bitrix", "dataapi"),
    ).to_dict()


class DealEmployees(ListStream):
    """Who works on deals, as the CRM system knows them."""

    name = "deal_employees"
    method = "get.deal_employees"
    primary_keys = ("ext_id",)
    seeks_by_key = True
    requires = SALES_FUNNEL
    schema = th.PropertiesList(
        string("ext_id", "Identifier of the person in the CRM system.", key=True),
        string("name", "Name of the person."),
    ).to_dict()


class _UserFields(ListStream):
    """Fields that the account has added to what it keeps."""

    primary_keys = ("ext_id",)
    seeks_by_key = True
    schema = th.PropertiesList(*USER_FIELD).to_dict()


class DealUserFields(_UserFields):
    """The fields that the account has added to deals."""

    name = "deal_user_fields"
    method = "get.deal_user_fields"


class LeadUserFields(_UserFields):
    """The fields that the account has added to leads."""

    name = "lead_user_fields"
    method = "get.lead_user_fields"


class OfflineMessageUserFields(_UserFields):
    """The fields that the account has added to offline forms."""

    name = "offline_message_user_fields"
    method = "get.offline_message_user_fields"


class LeadFunnelStages(ListStream):
    """The stages that leads go through."""

    name = "lead_funnel_stages"
    method = "get.lead_funnel_stages"
    primary_keys = ("id",)
    seeks_by_key = True
    field_aliases: ClassVar[dict[str, str]] = {"sort": "order"}
    schema = th.PropertiesList(
        integer("id", "Identifier of the stage.", key=True),
        string("component", COMPONENT),
        string("ext_id", "Identifier of the stage in the CRM system."),
        string("name", "Name of the stage."),
        string("type", "What the stage means for the lead."),
        integer("order", "Place of the stage among the others."),
    ).to_dict()


class CrmAccounts(ListStream):
    """The CRM systems that are connected, and how loading from them goes."""

    name = "crm_accounts"
    method = "get.crm_accounts"
    primary_keys = ("id",)
    seeks_by_key = True
    requires = "a key of the account itself, not of an agent"
    schema = th.PropertiesList(
        integer("id", "Identifier of the connection.", key=True),
        string("name", "Name of the connection."),
        string("description", "Free text about the connection."),
        string("type", "Which CRM system it is."),
        string("url", "Address of the CRM system."),
        string("deal_conversion_model", "Which contact a deal is credited to."),
        boolean("is_ignore_outgoing_calls", "Whether outgoing calls are left out of that."),
        boolean("is_ignore_outgoing_chats", "Whether chats that staff began are left out of that."),
        date_time("last_deals_load_time", "When deals were last loaded, in UTC."),
        string("deals_load_state", "How that went."),
        string("deals_load_error", "What went wrong with it, as JSON text."),
        date_time("last_leads_load_time", "When leads were last loaded, in UTC."),
        string("leads_load_state", "How that went."),
    ).to_dict()


class CrmCompanies(ListStream):
    """The companies that CRM systems know; an identifier holds within its integration."""

    name = "crm_companies"
    method = "get.crm_companies"
    primary_keys = ("ext_id", "component")
    seeks_by_key = True
    nullable_keys = frozenset({"component"})
    schema = th.PropertiesList(
        string("ext_id", "Identifier of the company in the CRM system.", key=True),
        string("component", f"{COMPONENT} {NO_TEXT}", key=True),
        string("name", "Name of the company."),
        strings("phones", "Telephone numbers of the company."),
        strings("emails", "Mail addresses of the company."),
        strings("contact_ext_ids", "People of the company: ext_id in deal_contacts."),
        integers("contact_ids", "Identifiers of the company's people."),
        string("description", "Free text about the company."),
        boolean("is_removed", "Whether the company was deleted in the CRM system."),
    ).to_dict()
