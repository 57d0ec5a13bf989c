"""Who lets which unit: category, brand in two languages, and strength. All brands are invented."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from twin.plan.model import SpaceKind


@dataclass(frozen=True)
class Brand:
    """One line of the rent roll."""

    category: str
    en: str
    zh: str
    attraction: float
    """Relative to an average unit of its category and area."""


_ROLL = """
B1-market  | supermarket | Greenbasket Market | 绿篮子超市 | 1.2
B1-S1-1    | health      | Pinewell Pharmacy  | 松康大药房 | 1.1
B1-S1-2    | convenience | Corner Minute      | 街角一分钟便利 | 1.2
B1-S2-1    | cafe        | Tidewater Coffee   | 潮汐咖啡 | 1.1
B1-S2-2    | fast_food   | Steam & Fold       | 蒸叠包点 | 1.0
B1-S3-1    | cafe        | Leafturn Tea       | 翻叶茶 | 1.3
B1-S3-2    | fast_food   | Rice Ladder        | 饭梯便当 | 0.9
B1-S4-1    | fast_food   | Nine Broths        | 九汤面馆 | 1.1
B1-S4-2    | fast_food   | Brother Hao Dumplings | 郝哥水饺 | 1.2
B1-S4-3    | fast_food   | Crisp Street       | 脆街炸物 | 1.0
B1-S5      | fast_food   | Bridge Noodle House | 桥头粉面 | 1.0
B1-S6-1    | fast_food   | Clay Pot Lane      | 砂锅里弄 | 1.0
B1-S6-2    | fast_food   | Mala Station       | 麻辣站台 | 1.3
B1-S6-3    | fast_food   | Harbour Congee     | 海港粥铺 | 0.9
B1-S6-4    | fast_food   | Spice Satchel      | 香料行囊咖喱 | 0.9
B1-S6-5    | fast_food   | Iron Plate Uncle   | 铁板阿叔 | 1.1
B1-S7-1    | fast_food   | Burger Common      | 堡公地 | 1.1
B1-S7-2    | cafe        | Parking Lot Bakes  | 车位烘焙 | 1.0
B1-N1-1    | home        | Everyday Drawer    | 日日抽屉家品 | 1.0
B1-N1-2    | accessories | Pocket Parade      | 口袋巡游饰品 | 1.1
B1-N2-1    | services    | Threadneedle Tailors | 针线先生改衣 | 0.9
B1-N3-1    | bank        | Linkwave Telecom   | 联波通信 | 1.0
B1-N3-2    | services    | Keysmith & Cobbler | 匙匠修鞋配匙 | 0.8
B1-N4-1    | beauty      | Softpetal Nails    | 软瓣美甲 | 1.0
B1-N4-2    | convenience | Snack Orchard      | 零食果园 | 1.4
B1-N5      | cafe        | Lift & Sip         | 一梯一饮 | 1.0
B1-K1      | accessories | Phone Skin Bar     | 机衣吧 | 0.9
B1-K2      | cafe        | Soybean Sun        | 豆阳豆浆 | 1.0
B1-K3      | convenience | Platform Papers    | 站台书报 | 0.9
B1-K4      | cafe        | Mango Minute       | 芒果一刻 | 1.1
L1-anchor-west | department_store | Meridian & Sons | 子午百货 | 1.2
L1-anchor-east | fashion_anchor   | Halden House    | 海登时装 | 1.2
L1-S2-1    | beauty      | Lumen Rouge        | 流明彩妆 | 1.3
L1-S2-2    | beauty      | Botanica Nord      | 北境草本 | 1.1
L1-S2-3    | jewellery   | Aurelle            | 金羽珠宝 | 1.1
L1-S3      | cafe        | Copper Kettle Coffee | 铜壶咖啡 | 1.4
L1-S4      | electronics | Orbita Digital     | 轨迹数码 | 1.5
L1-S5      | fashion     | Volant Avenue      | 飞跃大道 | 1.2
L1-S6      | jewellery   | Tsinling Gold      | 秦岭金铺 | 1.2
L1-S7-1    | jewellery   | Hourglass & Co     | 沙漏钟表 | 1.0
L1-S7-2    | fashion     | Maison Verel       | 薇蕾 | 1.1
L1-S7-3    | fashion     | Northline Studio   | 北线工作室 | 1.2
L1-N2-1    | fashion     | Loomfold           | 织屿 | 1.3
L1-N2-2    | shoes       | Cobalt Stride      | 钴步 | 1.1
L1-N3      | beauty      | Pearl Laboratory   | 珍珠研究所 | 1.0
L1-N4      | accessories | Silk Postcard      | 丝巾明信片 | 1.0
L1-N5-1    | cafe        | Quiet Oven         | 静炉面包 | 1.2
L1-N5-2    | bank        | Riverbank Trust    | 河岸银行 | 0.9
L1-N6      | shoes       | Hazel & Heel       | 榛跟 | 1.0
L1-N7-1    | fashion     | Tern & Tailor      | 燕鸥裁缝 | 1.0
L1-N7-2    | fashion     | Ostra              | 奥丝特拉 | 1.1
L1-N7-3    | restaurant  | Lantern Garden     | 灯笼花园餐厅 | 1.1
L1-K1      | accessories | Ribbon Stand       | 缎带亭 | 0.9
L1-K2      | cafe        | Atrium Espresso    | 中庭浓缩 | 1.1
L1-K3      | jewellery   | Tiny Carat         | 小克拉 | 0.9
L1-K4      | beauty      | Scent Cart         | 香氛推车 | 0.9
L2-anchor-west | department_store | Meridian & Sons, fashion floor | 子午百货服饰层 | 1.1
L2-anchor-east | fashion_anchor   | Halden House, upper floor      | 海登时装二层 | 1.1
L2-S1      | fashion     | Greyheron          | 灰鹭 | 1.1
L2-S2-1    | fashion     | Paper Coat         | 纸外套 | 1.0
L2-S2-2    | fashion     | Juno Field         | 朱诺原野 | 1.0
L2-S2-3    | shoes       | Walkwell           | 行久 | 1.1
L2-S3      | cafe        | Bridgehead Café    | 桥头咖啡 | 1.2
L2-S4-1    | fashion     | Saltmarsh          | 盐沼 | 1.2
L2-S4-2    | fashion     | Ivory Needle       | 象牙针 | 1.0
L2-S4-4    | fashion     | Tall Order         | 高定单 | 0.9
L2-S5      | fashion     | Marlowe Denim      | 马洛丹宁 | 1.2
L2-S6      | toys        | Brickwhistle Toys  | 积木哨子玩具 | 1.3
L2-S7-1    | fashion     | Dune & Drift       | 沙与流 | 1.0
L2-S7-2    | fashion     | Petal & Pine       | 瓣与松 | 0.9
L2-S7-3    | fashion     | Cirrus Basics      | 卷云基本款 | 1.3
L2-S8      | restaurant  | Jade Terrace       | 玉台小馆 | 1.0
L2-N1      | sports      | Summit Thread      | 山线户外 | 1.1
L2-N2-1    | fashion     | Ash & Ember        | 灰与烬 | 1.0
L2-N2-2    | fashion     | Solveig            | 索薇 | 1.1
L2-N2-3    | accessories | Brim & Buckle      | 帽檐带扣 | 1.0
L2-N3      | beauty      | Dewpoint Skin      | 露点肌研 | 1.1
L2-N4      | shoes       | Little Sole        | 小鞋底 | 0.9
L2-N5-1    | fashion     | Moth & Moon        | 蛾月 | 0.9
L2-N5-3    | fashion     | Kestrel Men        | 隼绅 | 1.0
L2-N5-4    | accessories | Opticmoor Eyewear  | 视野眼镜 | 1.0
L2-N6      | cafe        | Cloudpour Tea      | 倾云茶饮 | 1.3
L2-N7-1    | fashion     | Weft & Warp        | 经纬衣坊 | 1.0
L2-N7-2    | fashion     | Avenue Nine        | 九号大道 | 1.1
L2-N7-3    | shoes       | Tramline Sneakers  | 电车线球鞋 | 1.3
L2-N8      | fashion     | Linen Republic     | 亚麻共和 | 1.0
L2-K1      | accessories | Pin & Patch        | 别针补丁 | 0.9
L2-K2      | cafe        | Cold Brew Cart     | 冷萃小车 | 1.0
L2-K4      | beauty      | Brow Bar           | 眉吧 | 0.9
L3-anchor-west | department_store | Meridian & Sons, home floor | 子午百货家居层 | 1.0
L3-E1      | gym         | Ironwood Fitness   | 铁木健身 | 1.1
L3-E2      | sports      | Hundredfold Sports Hall | 百米运动馆 | 1.2
L3-S1      | home        | Nordkin Living     | 北亲家居 | 1.0
L3-S2-1    | toys        | Marble Run         | 弹珠跑道 | 1.1
L3-S2-3    | children    | Tumble Tots Wear   | 滚滚童装 | 1.0
L3-S3      | books       | Page & Harbour     | 页港书店 | 1.3
L3-S4-1    | electronics | Voltbridge         | 伏桥电器 | 1.1
L3-S4-2    | electronics | Pixelyard          | 像素院 | 1.2
L3-S4-3    | restaurant  | Crane Hot Pot      | 鹤煮火锅 | 1.3
L3-S5      | electronics | Soundhaven         | 声港音响 | 0.9
L3-S6      | cafe        | Porcelain Tea Room | 白瓷茶室 | 1.0
L3-S7-1    | sports      | Cadence Cycles     | 踏频单车 | 0.9
L3-S7-2    | fashion     | Raincheck Outdoor  | 雨票户外 | 1.0
L3-S7-3    | sports      | Lane Four Swim     | 四泳道 | 0.9
L3-S8      | restaurant  | Sichuan Ferry      | 川渡 | 1.2
L3-N1      | home        | Hearth & Hinge     | 炉与铰 | 0.9
L3-N2-1    | home        | Paper Lantern Home | 纸灯家居 | 0.9
L3-N2-2    | home        | Quilt Society      | 被褥社 | 0.9
L3-N3      | beauty      | Studio Curl        | 卷卷造型 | 1.0
L3-N4      | toys        | Kite Workshop      | 风筝工坊 | 1.0
L3-N5-1    | fashion     | Bluebell School    | 蓝铃学生装 | 0.9
L3-N5-3    | health      | Clearbrook Dental  | 清溪口腔 | 0.9
L3-N6      | services    | Portrait House     | 相馆 | 0.9
L3-N7-1    | restaurant  | Olive & Anchovy    | 橄榄与凤尾鱼 | 1.0
L3-N7-2    | restaurant  | Tanuki Grill       | 狸烧烤屋 | 1.2
L3-N8      | services    | Lingua Loft        | 语言阁楼 | 0.8
L3-K1      | accessories | Button Booth       | 纽扣亭 | 0.9
L3-K4      | convenience | Popcorn Corner     | 爆米花角 | 1.0
L4-children | children   | Acorn Kingdom      | 橡果王国 | 1.3
L4-hall-1  | cinema      | Nightlight Cinema, hall 1 | 夜光影城1号厅 | 1.0
L4-hall-2  | cinema      | Nightlight Cinema, hall 2 | 夜光影城2号厅 | 1.0
L4-hall-3  | cinema      | Nightlight Cinema, hall 3 | 夜光影城3号厅 | 1.0
L4-hall-4  | cinema      | Nightlight Cinema, hall 4 | 夜光影城4号厅 | 1.0
L4-hall-5  | cinema      | Nightlight Cinema, hall 5 | 夜光影城5号厅 | 1.0
L4-hall-6  | cinema      | Nightlight Cinema, giant screen | 夜光影城巨幕厅 | 1.3
L4-hall-7  | cinema      | Nightlight Cinema, family hall  | 夜光影城亲子厅 | 1.1
L4-N2      | entertainment | Tilt Arcade & Karaoke | 倾斜电玩歌房 | 1.1
L4-S1      | restaurant  | Lotus Pavilion     | 莲亭 | 1.2
L4-S2-1    | restaurant  | Old Canal Kitchen  | 老运河厨房 | 1.1
L4-S2-2    | restaurant  | Peppercorn Hall    | 花椒堂 | 1.3
L4-S3      | restaurant  | Mistral Bistro     | 米斯特拉小馆 | 1.0
L4-S5      | restaurant  | Kombu              | 昆布料理 | 1.0
L4-S6      | cafe        | Cinema Side Coffee | 影边咖啡 | 1.1
L4-S7      | restaurant  | Taco Cartografia   | 塔可地图 | 0.9
L4-N1      | restaurant  | Bamboo Steamer     | 竹笼早茶 | 1.2
L4-N3      | cafe        | Sugarcane & Snow   | 蔗雪甜品 | 1.2
L4-N4      | restaurant  | Seoul Side Street  | 城南韩巷 | 1.1
L4-N5-1    | restaurant  | Prairie Roast      | 草原烤全羊 | 1.0
L4-N5-3    | restaurant  | Thai Paper Boat    | 泰纸船 | 1.1
L4-N6      | restaurant  | Dragon Well Table  | 龙井小桌 | 1.0
L4-N7      | restaurant  | Pizzeria Volcano   | 火山披萨 | 1.1
L4-FC-1    | food_court  | Wok Number One     | 一号锅 | 1.1
L4-FC-2    | food_court  | Beef Noodle Brothers | 兄弟牛肉面 | 1.2
L4-FC-3    | food_court  | Curry Dock         | 咖喱码头 | 1.0
L4-FC-4    | food_court  | Green Bowl         | 青碗轻食 | 0.9
L4-FC-5    | food_court  | Roast Duck Window  | 烧鸭窗口 | 1.1
L4-FC-6    | food_court  | Wonton Express     | 云吞快线 | 1.0
L4-FC-7    | food_court  | Juice Island       | 果汁岛 | 1.0
L4-FC-8    | food_court  | Sweet Soup Island  | 糖水岛 | 1.0
L4-K1      | convenience | Candy Projector    | 糖果放映机 | 1.0
"""

VACANT = frozenset({"B1-N2-2", "L1-N2-3", "L2-S4-3", "L2-N5-2", "L3-S2-2", "L3-N5-2", "L4-N5-2", "L4-K2"})
"""Units that are to let: about one in twenty."""

_KIND_OF = {
    "cafe": SpaceKind.FOOD,
    "fast_food": SpaceKind.FOOD,
    "restaurant": SpaceKind.FOOD,
    "food_court": SpaceKind.FOOD,
    "cinema": SpaceKind.LEISURE,
    "gym": SpaceKind.LEISURE,
    "entertainment": SpaceKind.LEISURE,
    "supermarket": SpaceKind.SUPERMARKET,
    "department_store": SpaceKind.ANCHOR,
    "fashion_anchor": SpaceKind.ANCHOR,
}


def _read() -> dict[str, Brand]:
    roll = {}
    for line in _ROLL.strip().splitlines():
        unit, category, en, zh, attraction = (x.strip() for x in line.split("|"))
        roll[unit] = Brand(category=category, en=en, zh=zh, attraction=float(attraction))
    return roll


ROLL = MappingProxyType(_read())
"""Brands by the id of their unit."""


def kind_of(unit: str, otherwise: SpaceKind) -> SpaceKind:
    """What kind of space a unit is, by who lets it; a kiosk stays a kiosk, a vacant unit is ``otherwise``."""
    if otherwise is SpaceKind.KIOSK or unit not in ROLL:
        return otherwise
    return _KIND_OF.get(ROLL[unit].category, otherwise)
