"""The account itself, and what an agent sees of the accounts of others."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.entity import EntityStream
from tap_callgear.streams.kinds import choice, flag, integer, moment, number, structures, text, texts
from tap_callgear.streams.properties import SITE

APP_ID = integer("app_id", "Identifier of the account.", key=True)
TIMEZONE = text("timezone", "Time zone of the account by its IANA name; the API's times are its wall time.")


class Accounts(EntityStream):
    """The account that the key belongs to: one record."""

    name = "accounts"
    method = "get.account"
    primary_keys = ("app_id",)
    product = "a key of the account itself, not of an agent"
    takes_fields = False
    takes_paging = False
    takes_user_id = False
    schema = th.PropertiesList(
        APP_ID,
        text("name", "Name of the account."),
        TIMEZONE,
    ).to_dict()


class AccountDetails(EntityStream):
    """What the account may do and which products it has: one record, for an agent one a customer."""

    name = "account_details"
    method = "getobj.account"
    primary_keys = ("app_id",)
    product = "Data API for configuration"
    takes_fields = False
    takes_paging = False
    schema = th.PropertiesList(
        APP_ID,
        text("app_state", "State that the account is in."),
        text("app_name", "Name of the account."),
        flag("is_agent_app", "Whether the account is an agent's own."),
        integer("customer_id", "Identifier of the customer: the id in customers."),
        integer("user_id", "Identifier of the login that the key belongs to."),
        text("user_type", "Kind of that login."),
        text("user_login", "Name that the login signs in with."),
        text("user_name", "Name of the person behind the login."),
        integer("tp_id", "Identifier of the tariff plan."),
        text("tp_name", "Name of the tariff plan."),
        text("crm_type", "Which CRM system is connected."),
        text("lang", "Language of the client area."),
        text("project", "Brand that the account was opened with."),
        TIMEZONE,
        structures(
            "permissions",
            "What the login may do, area by area.",
            text("unit_id", "Code of the area."),
            flag("is_delete", "Whether it may delete there."),
            flag("is_insert", "Whether it may add there."),
            flag("is_select", "Whether it may read there."),
            flag("is_update", "Whether it may change things there."),
        ),
        texts("components", "Codes of the products that are switched on."),
        flag("is_bi_available", "Whether the shop for BI connectors is open to the account."),
        text("report_currency", "Currency of the amounts in reports."),
        flag("is_agent", "Whether the account acts for others."),
        choice("agent_type", "In which role it acts for others.", "agent", "franchisor"),
    ).to_dict()


class Customers(EntityStream):
    """The customers of an agent; those in the archive are left out by the API."""

    name = "customers"
    method = "get.customers"
    primary_keys = ("id",)
    sorts_by = ("creation_date_time",)
    product = "an agent's key with the right to read customers (client_selected)"
    takes_user_id = False
    schema = th.PropertiesList(
        integer("id", "Identifier of the customer.", key=True),
        text("name", "Name of the customer."),
        text("description", "Free text about the customer."),
        moment("creation_date_time", "When the customer was added, in UTC."),
        choice(
            "status",
            "Whether the customer is served, and if not, why.",
            "waiting",
            "active",
            "manual_lock",
            "limit_lock",
            "debt_lock",
        ),
        moment("status_change_date_time", "When that last changed, in UTC."),
        number("monthly_base_limit", "Most that the customer may spend in a month."),
        number("monthly_base_notify_limit", "Spending in a month from which a warning is sent."),
        texts("monthly_base_notify_emails", "Where the warning about spending goes."),
        integer("monthly_calls_limit", "Most calls that the customer may have in a month."),
        integer("monthly_calls_notify_limit", "Calls in a month from which a warning is sent."),
        texts("monthly_calls_notify_emails", "Where the warning about a month's calls goes."),
        integer("daily_calls_limit", "Most calls that the customer may have in a day."),
        integer("daily_calls_notify_limit", "Calls in a day from which a warning is sent."),
        texts("daily_calls_notify_emails", "Where the warning about a day's calls goes."),
        structures("sites", "The customer's websites.", *SITE),
        integer("tariff_plan_id", "Identifier of the tariff plan."),
        text("tariff_plan_name", "Name of the tariff plan."),
    ).to_dict()


class CustomerUsers(EntityStream):
    """The users that an agent may read for: their ids are what the setting user_ids takes."""

    name = "customer_users"
    method = "get.customer_users"
    primary_keys = ("id",)
    sorts_by = ("customer_id",)
    product = "an agent's key with the right to read users (client_user)"
    takes_user_id = False
    schema = th.PropertiesList(
        integer("id", "Identifier of the user.", key=True),
        text("login", "Name that the user signs in with."),
        text("description", "Free text about the user."),
        text("name", "Name of the user."),
        integer("customer_id", "Customer that the user belongs to: the id in customers."),
    ).to_dict()
