"""What visits and contacts are marked with: tags, segments, events and places."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.entities.properties import conditions
from tap_callgear.streams.entity import EntityStream
from tap_callgear.streams.kinds import choice, flag, integer, moment, text
from tap_callgear.streams.properties import SITE


class Tags(EntityStream):
    """The labels that rules and staff attach to contacts."""

    name = "tags"
    method = "get.tags"
    primary_keys = ("id",)
    seeks_by_key = True
    product = "the right to read tags (tag_management)"
    selected_by_default = True
    params: ClassVar[dict[str, object]] = {"is_include_rating": True}
    schema = th.PropertiesList(
        integer("id", "Identifier of the tag; reports call it tag_id.", key=True),
        text("name", "Name of the tag."),
        flag("is_system", "Whether the tag is built in."),
        integer("rating", "How often the tag was used in the past seven days."),
        flag("is_auto", "Whether rules attach the tag."),
        choice("state", "Whether the tag is in use.", "active", "not_active", "off", "disabled"),
        moment("creation_datetime", "When the tag was made, in UTC."),
        text("color", "Colour of the tag, as a hexadecimal code."),
        text("condition", "Rule by which the tag is attached, as JSON text."),
    ).to_dict()


class Segments(EntityStream):
    """The audience groups that visitors are sorted into."""

    name = "segments"
    method = "get.segments"
    primary_keys = ("id",)
    seeks_by_key = True
    other_names: ClassVar[dict[str, str]] = {"segment_conditions": "segments_conditions"}
    schema = th.PropertiesList(
        integer("id", "Identifier of the segment; reports call it segment_id.", key=True),
        text("name", "Name of the segment."),
        text("description", "Free text about the segment."),
        *SITE,
        conditions("segments_conditions", "Which visitors belong to the segment.", "segment_parameter"),
    ).to_dict()


class Events(EntityStream):
    """What can happen on a website and be counted; some of it is a goal."""

    name = "events"
    method = "get.events"
    primary_keys = ("id",)
    seeks_by_key = True
    schema = th.PropertiesList(
        integer("id", "Identifier of the event.", key=True),
        text("name", "Name of the event."),
        text("description", "Free text about the event."),
        *SITE,
        choice(
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
        text("category", "Category that the website's script sends."),
        text("action", "Action that the website's script sends."),
        text("label", "Label that the website's script sends."),
        text("value", "Value that the website's script sends."),
        text("url", "Page that the event is about."),
        integer("segment_id", "Segment that the event is about: the id in segments."),
        flag("is_goal", "Whether the event counts as a goal."),
        text("goal_name", "Name of the goal."),
        choice("engine", "Analytics system that the event comes from.", "yandex.metrika", "google.analytics"),
        text("ext_id", "That system's own identifier of the event."),
        flag("is_active", "Whether the event is being counted."),
        text("ga_category", "Category that Google Analytics is told."),
        text("ga_action", "Action that Google Analytics is told."),
        text("ga_label", "Label that Google Analytics is told."),
        text("ga_value", "Value that Google Analytics is told."),
        text("ym_goal_id", "Goal that Yandex Metrica is told."),
    ).to_dict()


class Geolocations(EntityStream):
    """Countries, regions and towns: the same for every account."""

    name = "geolocations"
    method = "get.geolocations"
    primary_keys = ("id",)
    seeks_by_key = True
    schema = th.PropertiesList(
        integer("id", "Identifier of the place.", key=True),
        integer("parent_id", "Place that this one lies in."),
        text("name", "Name of the place."),
    ).to_dict()
