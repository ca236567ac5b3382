"""Stand-ins for the clouds' price APIs: answers in the published formats, made of the embedded book's prices, and faults on demand."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from loopback import answering

COLUMNS = [
    *(
        "SKU",
        "OfferTermCode",
        "RateCode",
        "TermType",
        "PriceDescription",
        "EffectiveDate",
        "StartingRange",
        "EndingRange",
        "Unit",
    ),
    *("PricePerUnit", "Currency", "Product Family", "serviceCode", "Location", "Location Type", "Instance Type"),
    *("Current Generation", "Instance Family", "vCPU", "Physical Processor", "Memory", "Storage", "Tenancy", "Operating System"),
    *("License Model", "usageType", "operation", "CapacityStatus", "GPU", "GPU Memory", "MarketOption", "Pre Installed S/W"),
    *("Region Code", "serviceName"),
]
"""Of the published columns those that say something of machines, in their order."""

PLAIN = {
    "SKU": "ABCDEFGH12345678",
    "TermType": "OnDemand",
    "Unit": "Hrs",
    "Currency": "USD",
    "Product Family": "Compute Instance",
    "Tenancy": "Shared",
    "Operating System": "Linux",
    "License Model": "No License required",
    "CapacityStatus": "Used",
    "MarketOption": "OnDemand",
    "Pre Installed S/W": "NA",
    "Physical Processor": "Intel Xeon Platinum 8175",
    "PriceDescription": "$0.096 per On Demand Linux m5.large, with a comma",
}
DECOYS = (
    {"TermType": "Reserved", "PricePerUnit": "0.01"},
    {"Operating System": "Windows", "PricePerUnit": "9"},
    {"Tenancy": "Dedicated", "PricePerUnit": "0.02"},
    {"Pre Installed S/W": "SQL Web", "PricePerUnit": "9"},
    {"CapacityStatus": "UnusedCapacityReservation", "PricePerUnit": "9"},
    {"CapacityStatus": "AllocatedCapacityReservation", "PricePerUnit": "0.0000000000"},
    {"MarketOption": "CapacityBlock", "PricePerUnit": "0.0000000000"},
    {"Product Family": "Storage", "Instance Type": "", "PricePerUnit": "0.08"},
)
"""What stands beside a machine's own row and is no price of it."""


def aws_csv(
    region: str, machines: dict[str, tuple[str, str, str]], change: Callable[[dict[str, str]], dict[str, str]] = dict
) -> bytes:
    """A region's offers: machines by type, each with its price, vCPUs and GiB."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([["FormatVersion", "v1.0"], ["Disclaimer", "This pricing list is for informational purposes only."]])
    writer.writerows([["Publication Date", "2026-11-20T00:00:00Z"], ["Version", "20261120000000"], ["OfferCode", "AmazonEC2"]])
    writer.writerow(COLUMNS)
    for name, (price, cpu, memory) in machines.items():
        own = {
            "Instance Type": name,
            "PricePerUnit": price,
            "vCPU": cpu,
            "Memory": f"{Decimal(memory):,f} GiB",
            "Region Code": region,
        }
        for decoy in (*DECOYS, {}):
            row = change({**PLAIN, **own, **decoy})
            writer.writerow([row.get(column, "") for column in COLUMNS])
    return out.getvalue().encode()


def aws_index(*regions: str) -> bytes:
    """The index of regions."""
    path = "/offers/v1.0/aws/AmazonEC2/20261120000000/{}/index.json"
    return json.dumps(
        {
            "formatVersion": "v1.0",
            "regions": {name: {"regionCode": name, "currentVersionUrl": path.format(name)} for name in regions},
        }
    ).encode()


def azure_item(region: str, name: str, price: object, **more: object) -> dict[str, object]:
    """A meter of a machine."""
    return {
        "currencyCode": "USD",
        "tierMinimumUnits": 0.0,
        "retailPrice": price,
        "unitPrice": price,
        "armRegionName": region,
        "location": "US East",
        "effectiveStartDate": "2026-01-01T00:00:00Z",
        "meterName": name.removeprefix("Standard_").replace("_", " "),
        "productName": "Virtual Machines Dsv3 Series",
        "skuName": name.removeprefix("Standard_").replace("_", " "),
        "serviceName": "Virtual Machines",
        "serviceFamily": "Compute",
        "unitOfMeasure": "1 Hour",
        "type": "Consumption",
        "isPrimaryMeterRegion": True,
        "armSkuName": name,
        **more,
    }


def google_sku(description: str, regions: list[str], price: str, unit: str = "h", usage: str = "OnDemand") -> dict[str, object]:
    """A SKU of Compute Engine."""
    units, _, nanos = f"{Decimal(price):.9f}".partition(".")
    rate = {"startUsageAmount": 0, "unitPrice": {"currencyCode": "USD", "units": units, "nanos": int(nanos)}}
    return {
        "name": "services/6F81-5844-456A/skus/0000-0000-0000",
        "skuId": "0000-0000-0000",
        "description": description,
        "category": {
            "serviceDisplayName": "Compute Engine",
            "resourceFamily": "Compute",
            "resourceGroup": "N1Standard",
            "usageType": usage,
        },
        "serviceRegions": regions,
        "pricingInfo": [
            {
                "effectiveTime": "2026-11-01T00:00:00Z",
                "pricingExpression": {"usageUnit": unit, "tieredRates": [rate], "displayQuantity": 1},
            }
        ],
    }


class PriceApi:
    """What one stand-in answers, and what it was asked."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        """Bodies by path, given with ETag, ranges and conditions."""
        self.pages: dict[str, list[dict[str, object]]] = {}
        """Answers in pages by path: each link or token leads to the next one."""
        self.faults: list[Callable[[BaseHTTPRequestHandler], bool]] = []
        """Each is asked once, in order, before an answer; true where it answered itself."""
        self.asked: list[str] = []
        self.sent = 0
        """Bytes of bodies."""
        self.version = 1
        self.slow = 0.0
        """Seconds between two pieces of a body."""
        self.endpoint = ""

    def tag(self, path: str) -> str:
        """The ETag of a file."""
        return f'"{len(self.files[path])}-{self.version}"'

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        parts = urlsplit(handler.path)
        self.asked.append(f"{parts.path} {handler.headers.get('Range', '')}".strip())
        if self.faults and self.faults.pop(0)(handler):
            return
        if parts.path in self.files:
            self._file(handler, parts.path)
        elif parts.path in self.pages:
            self._page(handler, parts.path, parse_qs(parts.query))
        else:
            respond(handler, 404, b"not here")

    def _file(self, handler: BaseHTTPRequestHandler, path: str) -> None:
        data, tag = self.files[path], self.tag(path)
        if handler.headers.get("If-None-Match") == tag:
            respond(handler, 304, b"", ETag=tag)
            return
        start = 0
        if handler.headers.get("Range") and handler.headers.get("If-Range") == tag:
            start = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            if start >= len(data):
                respond(handler, 416, b"", **{"Content-Range": f"bytes */{len(data)}"})
                return
        more = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if start else {}
        self._body(handler, 206 if start else 200, data[start:], ETag=tag, **more)

    def _page(self, handler: BaseHTTPRequestHandler, path: str, query: dict[str, list[str]]) -> None:
        number = int(query.get("pageToken", query.get("$skip", ["0"]))[0])
        respond(handler, 200, json.dumps(self.pages[path][number]).encode())

    def _body(self, handler: BaseHTTPRequestHandler, status: int, data: bytes, **headers: str) -> None:
        head(handler, status, len(data), headers)
        for place in range(0, len(data), 65536):
            handler.wfile.write(data[place : place + 65536])
            self.sent += len(data[place : place + 65536])
            time.sleep(self.slow)


def head(handler: BaseHTTPRequestHandler, status: int, length: int, headers: dict[str, str]) -> None:
    """The status line and headers."""
    handler.send_response(status)
    for name, value in {"Content-Length": str(length), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()


def respond(handler: BaseHTTPRequestHandler, status: int, data: bytes, **headers: str) -> bool:
    """A whole answer."""
    head(handler, status, len(data), headers)
    handler.wfile.write(data)
    return True


def failing(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], bool]:
    """A fault: an answer of a status."""
    return lambda handler: respond(handler, status, b"no", **{name.replace("_", "-"): value for name, value in headers.items()})


def garbage(data: bytes) -> Callable[[BaseHTTPRequestHandler], bool]:
    """A fault: another body."""
    return lambda handler: respond(handler, 200, data)


def cut(data: bytes, after: int, tag: str) -> Callable[[BaseHTTPRequestHandler], bool]:
    """A fault: a connection that ends in the middle of a file."""

    def broken(handler: BaseHTTPRequestHandler) -> bool:
        head(handler, 200, len(data), {"ETag": tag})
        handler.wfile.write(data[:after])
        handler.wfile.flush()
        handler.close_connection = True
        handler.connection.close()
        return True

    return broken


def passing(_: BaseHTTPRequestHandler) -> bool:
    """No fault."""
    return False


@contextmanager
def serving(api: PriceApi) -> Iterator[PriceApi]:
    """A server of a stand-in on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            try:
                api.answer(self)
            except (BrokenPipeError, ConnectionResetError, ValueError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                self.connection.close()

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    with answering(Handler, Server) as port:
        api.endpoint = f"http://127.0.0.1:{port}"
        yield api
