"""What the made-up rows are made of: places, devices, websites, campaigns.

Nothing here belongs to anybody: domains are example domains, addresses are from the ranges
set aside for documentation, and persons and providers are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json


@dataclass(frozen=True)
class Place:
    """Where a visitor is, in that country's own letters."""

    country: str
    region: str
    city: str
    language: str
    provider: str

    def facts(self) -> Json:
        """Return the place as fields of a row."""
        return {
            "visitor_country": self.country,
            "visitor_region": self.region,
            "visitor_city": self.city,
            "visitor_language": self.language,
            "visitor_provider": self.provider,
        }


PLACES: Final = (
    Place("الإمارات العربية المتحدة", "دبي", "دبي", "ar-AE", "مثال للاتصالات"),
    Place("United Arab Emirates", "Dubai", "Dubai", "en-AE", "Example Gulf Net"),
    Place("المملكة العربية السعودية", "منطقة الرياض", "الرياض", "ar-SA", "مثال نت"),
    Place("Россия", "Тверская область", "Тверь", "ru-RU", "Пример Телеком"),
    Place("Қазақстан", "Алматы", "Алматы", "kk-KZ", "Мысал Байланыс"),
    Place("España", "Cataluña", "Lérida", "es-ES", "Ejemplo Móvil"),
    Place("France", "Auvergne-Rhône-Alpes", "Saint-Étienne", "fr-FR", "Exemple Télécom"),
    Place("Deutschland", "Nordrhein-Westfalen", "Köln", "de-DE", "Beispiel Netz"),
    Place("Česko", "Jihočeský kraj", "České Budějovice", "cs-CZ", "Příklad Síť"),
    Place("Türkiye", "İstanbul", "İstanbul", "tr-TR", "Örnek İletişim"),
    Place("日本", "東京都", "世田谷区", "ja-JP", "例示通信"),
    Place("中国", "广东省", "深圳市", "zh-CN", "示例网络"),
    Place("대한민국", "부산광역시", "해운대구", "ko-KR", "보기 통신"),
    Place("United Kingdom", "England", "Stratford-upon-Avon", "en-GB", 'Example "Fibre" & Sons'),
    Place("United States", "New York", "New York", "en-US", "Example Broadband"),
)


@dataclass(frozen=True)
class Device:
    """What a visitor browses with."""

    kind: str
    browser: str
    browser_version: str
    system: str
    system_version: str
    screen: str

    def facts(self) -> Json:
        """Return the device as fields of a row."""
        return {
            "visitor_device": self.kind,
            "visitor_browser_name": self.browser,
            "visitor_browser_version": self.browser_version,
            "visitor_os_name": self.system,
            "visitor_os_version": self.system_version,
            "visitor_screen": self.screen,
        }


DEVICES: Final = (
    Device("desktop", "Chrome", "131.0", "Windows", "11", "1920x1080"),
    Device("desktop", "Edge", "130.0", "Windows", "10", "1536x864"),
    Device("desktop", "Safari", "18.1", "macOS", "15.1", "1512x982"),
    Device("desktop", "Firefox", "132.0", "Linux", "6.11", "2560x1440"),
    Device("mobile", "Chrome Mobile", "131.0", "Android", "15", "412x915"),
    Device("mobile", "Safari Mobile", "18.1", "iOS", "18.1", "393x852"),
    Device("mobile", "Samsung Internet", "27.0", "Android", "14", "384x854"),
    Device("tablet", "Safari Mobile", "17.6", "iPadOS", "17.6", "820x1180"),
    Device("other", "Example TV", "4.2", "Example OS", "7", "3840x2160"),
)


@dataclass(frozen=True)
class Site:
    """A website of the account."""

    id: int
    domain: str
    pages: tuple[str, ...]
    child_customer_id: int | None = None
    parent_id: int | None = None

    def facts(self) -> Json:
        """Return the website as fields of a row."""
        return {"site_id": self.id, "site_domain_name": self.domain}

    def page(self, lot: int) -> str:
        """Return the address of one of its pages."""
        return f"https://{self.domain}{self.pages[lot % len(self.pages)]}"


_PAGES: Final = ("/", "/prices", "/contacts", "/delivery?from=menu", "/news/2026", "/about#team")
SITES: Final = (
    Site(54101, "shop.example.com", (*_PAGES, "/catalogue/سجاد", "/cart")),
    Site(54102, "clinic.example.org", (*_PAGES, "/врачи", "/appointment")),
    Site(
        54107,
        "xn--e1afmkfd.example.net",
        (*_PAGES, "/日程", "/faq?q=%C3%A9t%C3%A9"),
        child_customer_id=30_017,
        parent_id=54101,
    ),
)


@dataclass(frozen=True)
class Campaign:
    """An advertising campaign, and everything that visitors bring along who come from it."""

    id: int
    name: str
    channel: str
    source_id: int
    source: str
    domain: str | None = None
    search_engine: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    engine: str | None = None
    click_id: str | None = None
    keywords: tuple[str | None, ...] = (None,)


_CARPETS: Final = ("silk carpet", "سجاد حرير", "шёлковый ковёр", "tapis en soie", "絨毯 シルク")
_DENTISTS: Final = ("dentist near me", "طبيب أسنان", "зубной врач", "歯医者", "zubní lékař")

CAMPAIGNS: Final = (
    Campaign(-1, "No campaign", "direct", -1, "Direct visits"),
    Campaign(-1, "No campaign", "internal", -2, "Own sites", domain="blog.example.com"),
    Campaign(
        310001,
        "Search, free",
        "organic",
        103,
        "Search engines",
        domain="search.example.com",
        search_engine="Example Search",
        keywords=_CARPETS + _DENTISTS,
    ),
    Campaign(
        310002,
        "Google Ads: carpets",
        "paid",
        104,
        "Google Ads",
        domain="search.example.com",
        search_engine="Example Search",
        utm_source="google",
        utm_medium="cpc",
        engine="google.adwords",
        click_id="gclid",
        keywords=_CARPETS,
    ),
    Campaign(
        310003,
        "Директ: стоматология",
        "paid",
        105,
        "Yandex Direct",
        domain="poisk.example.net",
        search_engine="Example Poisk",
        utm_source="yandex",
        utm_medium="cpc",
        engine="yandex.direct",
        click_id="yclid",
        keywords=_DENTISTS,
    ),
    Campaign(
        310004,
        "Banners «été»",
        "display",
        106,
        "Display network",
        domain="media.example.org",
        utm_source="media_network",
        utm_medium="banner",
        engine="mytarget.ads",
        click_id="ef_id",
    ),
    Campaign(
        310005,
        "Posts and stories",
        "social",
        107,
        "Social networks",
        domain="social.example.com",
        utm_source="social_network",
        utm_medium="social",
        engine="vk.ads",
    ),
    Campaign(
        310006,
        "Newsletter «أخبار»",
        "email",
        108,
        "Mailings",
        utm_source="newsletter",
        utm_medium="email",
    ),
    Campaign(310007, "Messengers", "messenger", 109, "Messengers", domain="chat.example.com"),
    Campaign(
        310008,
        "Partners 2026",
        "affiliate",
        110,
        "Partners",
        domain="partner.example.net",
        utm_source="partner_17",
        utm_medium="affiliate",
    ),
    Campaign(310009, "Mentions", "referral", 111, "Other sites", domain="forum.example.org"),
    Campaign(
        310010,
        "Market",
        "recommendation",
        112,
        "Market places",
        domain="market.example.com",
        utm_source="market",
        utm_medium="cpa",
        click_id="ymclid",
    ),
)

ADS: Final = ("Free delivery", "20 % off, été", "Только сегодня", "خصم خاص")

SEGMENTS: Final[tuple[list[Json], ...]] = (
    [],
    [],
    [{"segment_id": 701, "segment_name": "Came back"}],
    [{"segment_id": 702, "segment_name": "Большая корзина"}],
    [
        {"segment_id": 701, "segment_name": "Came back"},
        {"segment_id": 705, "segment_name": "عملاء دبي"},
    ],
)

CUSTOM_PROPERTIES: Final[tuple[list[Json], ...]] = (
    [],
    [],
    [],
    [{"property_name": "level", "property_value": "gold"}],
    [
        {"property_name": "level", "property_value": "silver"},
        {"property_name": "город доставки", "property_value": "Тверь"},
    ],
)
