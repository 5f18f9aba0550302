"""The address book; none of it is selected unless asked for, for it is personal data."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.list import ListStream
from tap_callgear.streams.lists.shared import PERSON_ADDRESSES, PERSON_NAME
from tap_callgear.streams.types import boolean, integer, objects, string

ADDRESS_BOOK = "the right to read the address book (address_book)"


class Contacts(ListStream):
    """The people in the address book; this is personal data."""

    name = "contacts"
    method = "get.contacts"
    primary_keys = ("id",)
    sorts_by = ("first_name",)
    requires = ADDRESS_BOOK
    schema = th.PropertiesList(
        integer("id", "Identifier of the person.", key=True),
        *PERSON_NAME,
        *PERSON_ADDRESSES,
        integer("personal_manager_id", "Employee who looks after the person: the id in employees."),
        string("personal_manager_full_name", "Name of the employee who looks after the person."),
        integer("organization_id", "Company of the person: the id in contact_organizations."),
        string("organization_name", "Name of the person's company."),
        objects(
            "groups",
            "Groups that the person is in.",
            integer("group_id", "Identifier of the group: the id in contact_groups."),
            string("group_name", "Name of the group."),
        ),
    ).to_dict()


class ContactOrganizations(ListStream):
    """The companies in the address book."""

    name = "contact_organizations"
    method = "get.contact_organizations"
    primary_keys = ("id",)
    sorts_by = ("name",)
    requires = ADDRESS_BOOK
    schema = th.PropertiesList(
        integer("id", "Identifier of the company.", key=True),
        string("name", "Name of the company."),
    ).to_dict()


class ContactGroups(ListStream):
    """The groups of the address book, with their members."""

    name = "contact_groups"
    method = "get.group_contacts"
    primary_keys = ("id",)
    sorts_by = ("name",)
    requires = ADDRESS_BOOK
    field_aliases: ClassVar[dict[str, str]] = {"contacts_id": "contact_id"}
    schema = th.PropertiesList(
        integer("id", "Identifier of the group.", key=True),
        string("name", "Name of the group."),
        boolean("is_system", "Whether the group is built in."),
        objects(
            "members",
            "People in the group.",
            integer("contact_id", "Identifier of the person: the id in contacts."),
            string("contact_full_name", "First and last name of the person."),
        ),
    ).to_dict()
