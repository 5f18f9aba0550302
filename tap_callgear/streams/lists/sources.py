"""The newer classification of traffic: sources, their groups and channels, and rules for contacts without a visit."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.list import ListStream
from tap_callgear.streams.lists.shared import (
    CONFIGURATION,
    PRIORITY,
    SOURCE_CHANNEL,
    SOURCE_STATE,
    TRAFFIC_FILTER,
    source_rule,
)
from tap_callgear.streams.types import boolean, enum, integer, objects, string

IS_CUSTOM = boolean("is_custom", "Whether the account added it, rather than CallGear.")


class Sources(ListStream):
    """Where traffic comes from; built-in sources have negative identifiers."""

    name = "sources"
    method = "get.sources"
    primary_keys = ("id",)
    seeks_by_key = True
    requires = CONFIGURATION
    schema = th.PropertiesList(
        integer("id", "Identifier of the source; reports call it source_id.", key=True),
        string("name", "Name of the source; reports call it source_name."),
        string("description", "Free text about the source."),
        integer("group_id", "Group of the source: the id in source_groups."),
        string("group_name", "Name of that group; reports call it source_new."),
        *SOURCE_CHANNEL,
        TRAFFIC_FILTER,
        PRIORITY,
        IS_CUSTOM,
        SOURCE_STATE,
        string("icon_mnemonic", "Code of the picture that stands for the source."),
        objects(
            "static_parameters",
            "Marks that every contact of the source is given.",
            string("value", "Value of the mark."),
            string("parameter", "Name of the mark."),
        ),
    ).to_dict()


class SourceGroups(ListStream):
    """The groups that sources are sorted into; reports call a group's name source_new."""

    name = "source_groups"
    method = "get.sources_groups"
    primary_keys = ("id",)
    seeks_by_key = True
    requires = CONFIGURATION
    schema = th.PropertiesList(
        integer("id", "Identifier of the group.", key=True),
        string("name", "Name of the group."),
        *SOURCE_CHANNEL,
        IS_CUSTOM,
        SOURCE_STATE,
    ).to_dict()


class SourceChannels(ListStream):
    """The kinds of traffic that groups of sources are sorted into."""

    name = "source_channels"
    method = "get.sources_channels"
    primary_keys = ("id",)
    seeks_by_key = True
    requires = CONFIGURATION
    schema = th.PropertiesList(
        integer("id", "Identifier of the channel.", key=True),
        string("name", "Name of the channel; reports call it channel_new."),
        string("mnemonic", "Short code of a built-in channel; reports call it channel_code."),
        IS_CUSTOM,
        SOURCE_STATE,
        integer("default_source_id", "Source that is taken where no rule fits: the id in sources."),
    ).to_dict()


class CommunicationSources(ListStream):
    """The rules that give a source to calls and chats without a visit."""

    name = "communication_sources"
    method = "get.communication_sources"
    primary_keys = ("id",)
    seeks_by_key = True
    requires = CONFIGURATION
    schema = th.PropertiesList(
        *source_rule("active", "off"),
        enum("entity", "Which sort of contact the rule is for.", "chat", "call"),
    ).to_dict()


class CrmSources(ListStream):
    """The rules that give a source to what a CRM system sends."""

    name = "crm_sources"
    method = "get.crm_sources"
    primary_keys = ("id",)
    seeks_by_key = True
    requires = CONFIGURATION
    schema = th.PropertiesList(
        *source_rule(),
        string("entity", "Which sort of record the rule is for."),
    ).to_dict()
