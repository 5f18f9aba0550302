"""What CRM systems tell of deals and leads: the funnels, their stages, and the people and companies behind them."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.entities.properties import COMPONENT, PERSON_ADDRESSES, SALES_FUNNEL, USER_FIELD
from tap_callgear.streams.entity import EntityStream
from tap_callgear.streams.kinds import choice, flag, integer, integers, moment, number, structures, text, texts
from tap_callgear.streams.properties import COMMUNICATION_TYPES, NO_TEXT


class SalesFunnels(EntityStream):
    """The ways that deals go, stage by stage."""

    name = "sales_funnels"
    method = "get.sales_funnel"
    primary_keys = ("ext_id",)
    seeks_by_key = True
    product = SALES_FUNNEL
    schema = th.PropertiesList(
        text("ext_id", "Identifier of the funnel in the CRM system.", key=True),
        text("name", "Name of the funnel."),
        structures(
            "stages",
            "Stages of the funnel.",
            text("stage_ext_id", "Identifier of the stage in the CRM system."),
            text("stage_name", "Name of the stage."),
            choice("stage_status", "What the stage means for the deal.", "in_process", "success", "failed"),
            integer("stage_order", "Place of the stage in the funnel."),
        ),
    ).to_dict()


class DealsHistory(EntityStream):
    """Every stage that a deal has been in: one record a deal and stage."""

    name = "deals_history"
    method = "get.deals_history"
    primary_keys = ("ext_id", "sales_funnel_ext_id", "stage_ext_id", "modified_stage_date_time")
    seeks_by_key = True
    optional_keys = frozenset({"sales_funnel_ext_id", "stage_ext_id"})
    product = SALES_FUNNEL
    schema = th.PropertiesList(
        text("ext_id", "Identifier of the deal in the CRM system.", key=True),
        text("sales_funnel_ext_id", f"Funnel of the deal: the ext_id in sales_funnels. {NO_TEXT}", key=True),
        text("stage_ext_id", f"Stage of the deal, as the funnel lists it. {NO_TEXT}", key=True),
        moment("modified_stage_date_time", "When the deal came to the stage, in UTC.", key=True),
        text("name", "Name of the deal."),
        moment("created_date_time", "When the deal was opened, in UTC."),
        moment("closed_date_time", "When the deal was closed, in UTC."),
        texts("contact_ext_ids", "People of the deal: ext_id in deal_contacts."),
        texts("tag_ext_ids", "Identifiers of the deal's tags in the CRM system."),
        text("main_contact_ext_id", "Main person of the deal: the ext_id in deal_contacts."),
        text("employee_ext_id", "Who works on the deal: the ext_id in deal_employees."),
        number("revenue", "What the deal is worth."),
        text("comments", "Free text about the deal."),
        text("source", "Where the deal came from."),
        flag("is_generated", "Whether CallGear filled in this stage because the deal skipped it."),
        integer("communication_id", "Contact that led to the deal: the id in communications."),
        choice("communication_type", "What sort of contact that was.", *COMMUNICATION_TYPES),
    ).to_dict()


class DealContacts(EntityStream):
    """The people behind deals; this is personal data."""

    name = "deal_contacts"
    method = "get.deal_contacts"
    primary_keys = ("ext_id",)
    seeks_by_key = True
    product = SALES_FUNNEL
    schema = th.PropertiesList(
        text("ext_id", "Identifier of the person in the CRM system.", key=True),
        text("name", "Name of the person."),
        moment("created_date_time", "When the person was added, in UTC."),
        *PERSON_ADDRESSES,
        choice("component", COMPONENT, "amocrm", "bitrix", "dataapi"),
    ).to_dict()


class DealEmployees(EntityStream):
    """Who works on deals, as the CRM system knows them."""

    name = "deal_employees"
    method = "get.deal_employees"
    primary_keys = ("ext_id",)
    seeks_by_key = True
    product = SALES_FUNNEL
    schema = th.PropertiesList(
        text("ext_id", "Identifier of the person in the CRM system.", key=True),
        text("name", "Name of the person."),
    ).to_dict()


class _UserFields(EntityStream):
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


class LeadFunnelStages(EntityStream):
    """The stages that leads go through."""

    name = "lead_funnel_stages"
    method = "get.lead_funnel_stages"
    primary_keys = ("id",)
    seeks_by_key = True
    other_names: ClassVar[dict[str, str]] = {"sort": "order"}
    schema = th.PropertiesList(
        integer("id", "Identifier of the stage.", key=True),
        text("component", COMPONENT),
        text("ext_id", "Identifier of the stage in the CRM system."),
        text("name", "Name of the stage."),
        text("type", "What the stage means for the lead."),
        integer("order", "Place of the stage among the others."),
    ).to_dict()


class CrmAccounts(EntityStream):
    """The CRM systems that are connected, and how loading from them goes."""

    name = "crm_accounts"
    method = "get.crm_accounts"
    primary_keys = ("id",)
    seeks_by_key = True
    product = "a key of the account itself, not of an agent"
    schema = th.PropertiesList(
        integer("id", "Identifier of the connection.", key=True),
        text("name", "Name of the connection."),
        text("description", "Free text about the connection."),
        text("type", "Which CRM system it is."),
        text("url", "Address of the CRM system."),
        text("deal_conversion_model", "Which contact a deal is credited to."),
        flag("is_ignore_outgoing_calls", "Whether outgoing calls are left out of that."),
        flag("is_ignore_outgoing_chats", "Whether chats that staff began are left out of that."),
        moment("last_deals_load_time", "When deals were last loaded, in UTC."),
        text("deals_load_state", "How that went."),
        text("deals_load_error", "What went wrong with it, as JSON text."),
        moment("last_leads_load_time", "When leads were last loaded, in UTC."),
        text("leads_load_state", "How that went."),
    ).to_dict()


class CrmCompanies(EntityStream):
    """The companies that CRM systems know; an identifier holds within its integration."""

    name = "crm_companies"
    method = "get.crm_companies"
    primary_keys = ("ext_id", "component")
    seeks_by_key = True
    optional_keys = frozenset({"component"})
    schema = th.PropertiesList(
        text("ext_id", "Identifier of the company in the CRM system.", key=True),
        text("component", f"{COMPONENT} {NO_TEXT}", key=True),
        text("name", "Name of the company."),
        texts("phones", "Telephone numbers of the company."),
        texts("emails", "Mail addresses of the company."),
        texts("contact_ext_ids", "People of the company: ext_id in deal_contacts."),
        integers("contact_ids", "Identifiers of the company's people."),
        text("description", "Free text about the company."),
        flag("is_removed", "Whether the company was deleted in the CRM system."),
    ).to_dict()
