"""What Airbyte's low-code kit makes of the same streams: a manifest, offset paging, its own typing.

It is here to be measured beside the tap. Against an account it would lose rows wherever the API does not sort.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_callgear.streams.base import ReportStream

Json = dict[str, Any]


def manifest(streams: Mapping[str, type[ReportStream]], page_size: int) -> Json:
    """Give the manifest.

    Args:
        streams: The declarations to take methods, keys and schemas from, by name.
        page_size: Rows a request.

    Returns:
        The manifest; JSON is YAML too.
    """
    return {
        "version": "7.39.1",
        "type": "DeclarativeSource",
        "check": {"type": "CheckStream", "stream_names": list(streams)},
        "streams": [_stream(name, stream, page_size) for name, stream in streams.items()],
        "spec": {"type": "Spec", "connection_specification": {"type": "object", "properties": {}}},
    }


def _stream(name: str, stream: type[ReportStream], page_size: int) -> Json:
    return {
        "type": "DeclarativeStream",
        "name": name,
        "primary_key": list(stream.primary_keys),
        "schema_loader": {"type": "InlineSchemaLoader", "schema": stream.schema},
        "retriever": {
            "type": "SimpleRetriever",
            "requester": _requester(stream),
            "record_selector": {
                "type": "RecordSelector",
                "extractor": {"type": "DpathExtractor", "field_path": ["result", "data"]},
            },
            "paginator": {
                "type": "DefaultPaginator",
                "pagination_strategy": {"type": "OffsetIncrement", "page_size": page_size},
                "page_size_option": _option("limit"),
                "page_token_option": _option("offset"),
            },
        },
    }


def _requester(stream: type[ReportStream]) -> Json:
    return {
        "type": "HttpRequester",
        "url": "{{ config['api_url'] }}",
        "http_method": "POST",
        "request_body": {
            "type": "RequestBodyJsonObject",
            "value": {
                "jsonrpc": "'2.0'",  # bare, it would become a number
                "id": "'1'",
                "method": stream.method,
                "params": {
                    "access_token": "{{ config['access_token'] }}",
                    "date_from": "{{ config['start_date'] | replace('T', ' ') }}",
                    "date_till": "{{ config['end_date'] | replace('T', ' ') }}",
                    "fields": list(stream.schema["properties"]),
                },
            },
        },
    }


def _option(name: str) -> Json:
    return {"type": "RequestOption", "inject_into": "body_json", "field_path": ["params", name]}
