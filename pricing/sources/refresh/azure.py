"""Azure's Retail Prices API: pages of meters, of which those of virtual machines are read.

Format: https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices

Read of each meter: ``armSkuName``,
``armRegionName``, ``productName``, ``skuName``, ``meterName``, ``unitOfMeasure``, ``type``, ``currencyCode``, ``retailPrice``,
``tierMinimumUnits``, ``isPrimaryMeterRegion``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlsplit

import orjson

from pricing.sources.refresh.listed import ListedPrice, RefreshError, UnusableError, price_of, text_in

PATH: Final = "/api/retail/prices"
VERSION: Final = "2023-01-01-preview"
MOST_METERS: Final = 10_000
"""Of one page; a thousand are published."""

_OTHER_PRODUCTS = ("Windows", "Cloud Services", "Dedicated Host", "SQL")
"""Words in the name of what is sold on a size but is not a Linux machine of that size."""


def first_page(region: str) -> str:
    """The address of the first page of a region's machines."""
    wanted = f"serviceName eq 'Virtual Machines' and priceType eq 'Consumption' and armRegionName eq '{region}'"
    return f"{PATH}?api-version={VERSION}&currencyCode='USD'&meterRegion='primary'&$filter={quote(wanted)}"


def meters(data: bytes) -> tuple[Sequence[Mapping[str, object]], str]:
    """The meters of a page, and the address of the next one, empty after the last.

    Of the next page's link only the query is taken: it leads nowhere but to the API that was asked.

    :raises RefreshError: when this is not a page of the API.
    """
    try:
        page = orjson.loads(data)
        items, link = page["Items"], page.get("NextPageLink") or ""
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RefreshError("the answer is not a page of Azure's retail prices") from None
    if not isinstance(items, list) or len(items) > MOST_METERS or not isinstance(link, str):
        raise RefreshError("the answer is not a page of Azure's retail prices")
    query = urlsplit(link).query
    return [item for item in items if isinstance(item, dict)], f"{PATH}?{query}" if query else ""


def prices(items: Sequence[Mapping[str, object]], region: str) -> Iterator[ListedPrice | UnusableError]:
    """The prices of Linux machines among a page's meters: one on demand or one on spot each."""
    for item in items:
        if not _wanted(item):
            continue
        name = text_in(item, "armSkuName")
        if text_in(item, "armRegionName") != region or text_in(item, "currencyCode") != "USD":
            raise RefreshError(f"Azure's prices of {region} hold those of another region or currency")
        try:
            price = price_of(item.get("retailPrice"))
        except UnusableError as error:
            yield UnusableError(f"{name}: {error}")
            continue
        spot = text_in(item, "skuName").endswith(" Spot") or text_in(item, "meterName").endswith(" Spot")
        yield ListedPrice(region, name, None if spot else price, price if spot else None)


def _wanted(item: Mapping[str, object]) -> bool:
    """Whether a meter is a Linux machine by the hour, not of low priority (Batch's, and no more sold to clusters)."""
    product, sku, meter = (text_in(item, key) for key in ("productName", "skuName", "meterName"))
    return (
        text_in(item, "type") == "Consumption"
        and text_in(item, "unitOfMeasure") == "1 Hour"
        and text_in(item, "armSkuName") != ""
        and item.get("isPrimaryMeterRegion") is not False
        and not item.get("tierMinimumUnits")
        and not any(word in product for word in _OTHER_PRODUCTS)
        and "Low Priority" not in f"{sku} {meter}"
    )
