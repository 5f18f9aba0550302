"""The account itself, and what an agent sees of the accounts of others."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.list import ListStream
from tap_callgear.streams.shared import SITE
from tap_callgear.streams.types import boolean, date_time, enum, integer, number, objects, string, strings

APP_ID = integer("app_id", "Identifier of the account.", key=True)
TIMEZONE = string("timezone", "Time zone of the account by its IANA name; the API's times are its local time.")


class Accounts(ListStream):
    """The account that the key belongs to: one record."""

    name = "accounts"
    method = "get.account"
    primary_keys = ("app_id",)
    requires = "a key of the account itself, not of an agent"
    takes_fields = False
    takes_paging = False
    takes_user_id = False
    schema = th.PropertiesList(
        APP_ID,
        string("name", "Name of the account."),
        TIMEZONE,
    ).to_dict()


class AccountDetails(ListStream):
    """What the account may do and which products it has: one record, for an agent one a customer."""

    name = "account_details"
    method = "getobj.account"
    primary_keys = ("app_id",)
    requires = "Data API for configuration"
    takes_fields = False
    takes_paging = False
    schema = th.PropertiesList(
        APP_ID,
        string("app_state", "State that the account is in."),
        string("app_name", "Name of the account."),
        boolean("is_agent_app", "Whether the account is an agent's own."),
        integer("customer_id", "Identifier of the customer: the id in customers."),
        integer("user_id", "Identifier of the login that the key belongs to."),
        string("user_type", "Kind of that login."),
        string("user_login", "Name that the login signs in with."),
        string("user_name", "Name of the person behind the login."),
        integer("tp_id", "Identifier of the tariff plan."),
        string("tp_name", "Name of the tariff plan."),
        string("crm_type", "Which CRM system is connected."),
        string("lang", "Language of the client area."),
        string("project", "Brand that the account was opened with."),
        TIMEZONE,
        objects(
            "permissions",
            "What the login may do, area by area.",
            string("unit_id", "Code of the area."),
            boolean("is_delete", "Whether it may delete there."),
            boolean("is_insert", "Whether it may add there."),
            boolean("is_select", "Whether it may read there."),
            boolean("is_update", "Whether it may change things there."),
        ),
        strings("components", "Codes of the products that are switched on."),
        boolean("is_bi_available", "Whether the shop for BI connectors is open to the account."),
        string("report_currency", "Currency of the amounts in reports."),
        boolean("is_agent", "Whether the account acts for others."),
        enum("agent_type", "In which role it acts for others.", "agent", "franchisor"),
    ).to_dict()


class Customers(ListStream):
    """The customers of an agent; those in the archive are left out by the API."""

    name = "customers"
    method = "get.customers"
    primary_keys = ("id",)
    sorts_by = ("creation_date_time",)
    requires = "an agent's key with the right to read customers (client_selected)"
    takes_user_id = False
    schema = th.PropertiesList(
        integer("id", "Identifier of the customer.", key=True),
        string("name", "Name of the customer."),
        string("description", "Free text about the customer."),
        date_time("creation_date_time", "When the customer was added, in UTC."),
        enum(
            "status",
            "Whether the customer is served, and if not, why.",
            "waiting",
            "active",
            "manual_lock",
            "limit_lock",
            "debt_lock",
        ),
        date_time("status_change_date_time", "When that last changed, in UTC."),
        number("monthly_base_limit", "Most that the customer may spend in a month."),
        number("monthly_base_notify_limit", "Spending in a month from which a warning is sent."),
        strings("monthly_base_notify_emails", "Where the warning about spending goes."),
        integer("monthly_calls_limit", "Most calls that the customer may have in a month."),
        integer("monthly_calls_notify_limit", "Calls in a month from which a warning is sent."),
        strings("monthly_calls_notify_emails", "Where the warning about a month's calls goes."),
        integer("daily_calls_limit", "Most calls that the customer may have in a day."),
        integer("daily_calls_notify_limit", "Calls in a day from which a warning is sent."),
        strings("daily_calls_notify_emails", "Where the warning about a day's calls goes."),
        objects("sites", "The customer's websites.", *SITE),
        integer("tariff_plan_id", "Identifier of the tariff plan."),
        string("tariff_plan_name", "Name of the tariff plan."),
    ).to_dict()


class CustomerUsers(ListStream):
    """The users that an agent may read for: their ids are what the setting user_ids takes."""

    name = "customer_users"
    method = "get.customer_users"
    primary_keys = ("id",)
    sorts_by = ("customer_id",)
    requires = "an agent's key with the right to read users (client_user)"
    takes_user_id = False
    schema = th.PropertiesList(
        integer("id", "Identifier of the user.", key=True),
        string("login", "Name that the user signs in with."),
        string("description", "Free text about the user."),
        string("name", "Name of the user."),
        integer("customer_id", "Customer that the user belongs to: the id in customers."),
    ).to_dict()
