"""What visits and contacts are marked with: tags, segments, events and places."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.list import ListStream
from tap_callgear.streams.lists.shared import conditions
from tap_callgear.streams.shared import SITE
from tap_callgear.streams.types import boolean, date_time, enum, integer, string


class Tags(ListStream):
    """The labels that rules and staff attach to contacts."""

    name = "tags"
    method = "get.tags"
    primary_keys = ("id",)
    seeks_by_key = True
    requires = "the right to read tags (tag_management)"
    selected_by_default = True
    params: ClassVar[dict[str, object]] = {"is_include_rating": True}
    schema = th.PropertiesList(
        integer("id", "Identifier of the tag; reports call it tag_id.", key=True),
        string("name", "Name of the tag."),
        boolean("is_system", "Whether the tag is built in."),
        integer("rating", "How often the tag was used in the past seven days."),
        boolean("is_auto", "Whether rules attach the tag."),
        enum("state", "Whether the tag is in use.", "active", "not_active", "off", "disabled"),
        date_time("creation_datetime", "When the tag was made, in UTC."),
        string("color", "Colour of the tag, as a hexadecimal code."),
        string("condition", "Rule by which the tag is attached, as JSON text."),
    ).to_dict()


class Segments(ListStream):
    """The audience groups that visitors are sorted into."""

    name = "segments"
    method = "get.segments"
    primary_keys = ("id",)
    seeks_by_key = True
    field_aliases: ClassVar[dict[str, str]] = {"segment_conditions": "segments_conditions"}
    schema = th.PropertiesList(
        integer("id", "Identifier of the segment; reports call it segment_id.", key=True),
        string("name", "Name of the segment."),
        string("description", "Free text about the segment."),
        *SITE,
        conditions("segments_conditions", "Which visitors belong to the segment.", "segment_parameter"),
    ).to_dict()


class Events(ListStream):
    """What can happen on a website and be counted; some of it is a goal."""

    name = "events"
    method = "get.events"
    primary_keys = ("id",)
    seeks_by_key = True
    schema = th.PropertiesList(
        integer("id", "Identifier of the event.", key=True),
        string("name", "Name of the event."),
        string("description", "Free text about the event."),
        *SITE,
        enum(
            "type",
            "What sort of event it is.",
            "comagic",
            "track_event",
            "ppc_goal",
            "link",
            "time_on_site",
            "time_on_page",
            "click",
            "scroll",
            "segment",
        ),
        string("category", "Category that the website's script sends."),
        string("action", "Action that the website's script sends."),
        string("label", "Label that the website's script sends."),
        string("value", "Value that the website's script sends."),
        string("url", "Page that the event is about."),
        integer("segment_id", "Segment that the event is about: the id in segments."),
        boolean("is_goal", "Whether the event counts as a goal."),
        string("goal_name", "Name of the goal."),
        enum("engine", "Analytics system that the event comes from.", "yandex.metrika", "google.analytics"),
        string("ext_id", "That system's own identifier of the event."),
        boolean("is_active", "Whether the event is being counted."),
        string("ga_category", "Category that Google Analytics is told."),
        string("ga_action", "Action that Google Analytics is told."),
        string("ga_label", "Label that Google Analytics is told."),
        string("ga_value", "Value that Google Analytics is told."),
        string("ym_goal_id", "Goal that Yandex Metrica is told."),
    ).to_dict()


class Geolocations(ListStream):
    """Countries, regions and towns: the same for every account."""

    name = "geolocations"
    method = "get.geolocations"
    primary_keys = ("id",)
    seeks_by_key = True
    schema = th.PropertiesList(
        integer("id", "Identifier of the place.", key=True),
        integer("parent_id", "Place that this one lies in."),
        string("name", "Name of the place."),
    ).to_dict()
