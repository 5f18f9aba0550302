"""The stream of uploaded calls."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.lists.shared import CONFIGURATION
from tap_callgear.streams.report import ReportStream
from tap_callgear.streams.shared import CAMPAIGN_ID, SITE_ID, SOURCE_ID, TAG, VISITOR_SESSION_ID
from tap_callgear.streams.telephony import DIRECTION, OUTCOME, PHONE_NUMBERS
from tap_callgear.streams.types import date_time, documented, enum, integer, object_, objects, string, strings

UPLOAD_STATES = ("new", "in_process", "not_processed", "cancelled", "processed", "error")


class UploadedCalls(ReportStream):
    """Every call that was uploaded from an outside system, and what became of the upload."""

    name = "uploaded_calls"
    method = "get.uploaded_calls"
    primary_keys = ("ext_id",)
    replication_key = "upload_time"
    requires = CONFIGURATION

    schema = th.PropertiesList(
        string("ext_id", "Identifier of the call in the outside system.", key=True),
        date_time("upload_time", "Moment at which the call was uploaded, in UTC.", key=True),
        string("ext_request_id", "Identifier of the upload in the outside system."),
        enum(
            "status",
            "How far the upload has come.",
            *UPLOAD_STATES,
        ),
        enum(
            "error_code",
            "Why the upload failed.",
            "internal_error",
            "download_error",
            "connection_download_error",
            "http_status_download_error",
            "http_content_type_download_error",
            "max_file_size_download_error",
            "timeout_download_error",
            "decode_error",
            "processing_error",
            "wav_min_duration_processing_error",
            "wav_channels_processing_error",
        ),
        integer("call_session_id", "Identifier of the call, once the upload is processed: the id in calls."),
        date_time("start_time", "Moment at which the call began, in UTC."),
        date_time("finish_time", "Moment at which the call ended, in UTC."),
        DIRECTION,
        *PHONE_NUMBERS,
        *OUTCOME,
        integer("wait_duration", "Seconds until the first talk."),
        integer("talk_duration", "Seconds of talk."),
        VISITOR_SESSION_ID,
        SITE_ID,
        CAMPAIGN_ID,
        SOURCE_ID,
        string("comment", "What the uploader noted down."),
        objects("tags", "Labels that the call was uploaded with.", *TAG),
        enum("record_type", "Form of the recordings.", "wav", "mp3"),
        objects(
            "records",
            "The recordings that the call was uploaded with.",
            integer("employee_id", "Identifier of the employee who is heard: the id in employees."),
            string("employee_name", "Name of the employee who is heard."),
            enum("employee_channel", "Side of the stereo sound with the employee's voice.", "left", "right"),
            string("record_url", "Address that the recording was fetched from."),
        ),
        object_(
            "callback",
            "Who is told what becomes of the upload.",
            string("url", "Address that is told; it may hold secrets of the outside system."),
            strings("events", documented("States of the upload that it is told of.", *UPLOAD_STATES)),
        ),
    ).to_dict()
