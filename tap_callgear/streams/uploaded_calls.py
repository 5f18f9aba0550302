"""The stream of uploaded calls."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.entities.properties import CONFIGURATION
from tap_callgear.streams.kinds import choice, documented, integer, moment, structure, structures, text, texts
from tap_callgear.streams.properties import CAMPAIGN_ID, SITE_ID, SOURCE_ID, TAG, VISITOR_SESSION_ID
from tap_callgear.streams.report import ReportStream
from tap_callgear.streams.telephony import DIRECTION, OUTCOME, PHONE_NUMBERS

UPLOAD_STATES = ("new", "in_process", "not_processed", "cancelled", "processed", "error")


class UploadedCalls(ReportStream):
    """Every call that was uploaded from an outside system, and what became of the upload."""

    name = "uploaded_calls"
    method = "get.uploaded_calls"
    primary_keys = ("ext_id",)
    replication_key = "upload_time"
    product = CONFIGURATION

    schema = th.PropertiesList(
        text("ext_id", "Identifier of the call in the outside system.", key=True),
        moment("upload_time", "Moment at which the call was uploaded, in UTC.", key=True),
        text("ext_request_id", "Identifier of the upload in the outside system."),
        choice(
            "status",
            "How far the upload has come.",
            *UPLOAD_STATES,
        ),
        choice(
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
        moment("start_time", "Moment at which the call began, in UTC."),
        moment("finish_time", "Moment at which the call ended, in UTC."),
        DIRECTION,
        *PHONE_NUMBERS,
        *OUTCOME,
        integer("wait_duration", "Seconds until the first talk."),
        integer("talk_duration", "Seconds of talk."),
        VISITOR_SESSION_ID,
        SITE_ID,
        CAMPAIGN_ID,
        SOURCE_ID,
        text("comment", "What the uploader noted down."),
        structures("tags", "Labels that the call was uploaded with.", *TAG),
        choice("record_type", "Form of the recordings.", "wav", "mp3"),
        structures(
            "records",
            "The recordings that the call was uploaded with.",
            integer("employee_id", "Identifier of the employee who is heard: the id in employees."),
            text("employee_name", "Name of the employee who is heard."),
            choice("employee_channel", "Side of the stereo sound with the employee's voice.", "left", "right"),
            text("record_url", "Address that the recording was fetched from."),
        ),
        structure(
            "callback",
            "Who is told what becomes of the upload.",
            text("url", "Address that is told; it may hold secrets of the outside system."),
            texts("events", documented("States of the upload that it is told of.", *UPLOAD_STATES)),
        ),
    ).to_dict()
