"""The labour survey's rules written by hand in polars: what the engine is measured against.

Same rules, same cleaning, same outputs (score, three flags, the bits of what failed), nothing read from
the rulebook but the places of the bits. Values of an unusual form are few, so only they are cleaned the
slow way; everything else is one pass of expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce

import polars as pl

BLANKS = " \t\n\r\u3000\u00a0"
WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " ", "\u00a0": " "}
YES_NO = ["是", "否"]
PAY = ["3000元及以下", "3000元-5000元", "5000元-8000元", "8000元-12000元", "12000元-20000元", "20000元以上"]
CHOICES = {
    "branch": ["已就业", "未就业", "自主创业"],
    "sex": ["男", "女"],
    "veteran": YES_NO,
    "disabled": YES_NO,
    "education": ["初中及以下", "高中（中专/技校）", "大专", "本科", "硕士及以上"],
    "certificate": YES_NO,
    "person_type": [
        "普通劳动者", "高级技术工人", "高级管理人员", "自主创业",
        "大中专院校在校学生", "在校科研工作人员", "企业高管及合伙人", "其他",
    ],
    "employment_status": ["已就业", "未就业"],
    "insurance": ["未参保", "城乡居民基本养老保险", "城镇职工基本养老保险"],
    "employer_type": [
        "政府机关/事业单位", "国有企业", "民营企业/个体工商户",
        "自由职业/灵活就业", "外资企业", "非盈利组织", "其他",
    ],
    "income": PAY,
    "wants_job": YES_NO,
    "unemployed_reason": [
        "在家务农（或照顾家庭）", "在校学生", "失业", "服兵役", "监狱服刑", "残疾、生病等丧失劳动能力", "其它",
    ],
    "expected_pay": PAY,
    "unit_nature": ["民营企业", "个体工商户", "其他（请备注）"],
    "needs_capital": YES_NO,
    "needs_staff": YES_NO,
    "invests_at_home": YES_NO,
}  # fmt: skip
BASIC = {
    "name": 5, "id_number": 5, "sex": 2, "age": 3, "phone": 5, "ethnic_group": 5,
    "registered_address": 5, "veteran": 5, "disabled": 5,
}  # fmt: skip
COMMON = {
    "school": 2, "major": 2, "education": 2, "graduation_year": 2, "certificate": 2,
    "person_type": 5, "employment_status": 10, "insurance": 10,
}  # fmt: skip
OWN = {
    "已就业": {"employer_type": 3, "employer_name": 5, "industry": 2, "position": 5, "income": 5, "work_address": 5},
    "未就业": {
        "wants_job": 5, "unemployed_reason": 5, "expected_industry": 5, "expected_position": 5, "expected_pay": 5,
    },
    "自主创业": {
        "unit_name": 3, "unit_industry": 2, "unit_nature": 2, "annual_output": 5, "employees": 5,
        "unit_address": 2, "needs_capital": 2, "needs_staff": 2, "invests_at_home": 2,
    },
}  # fmt: skip
CHECK_OF = {
    "sex": "sex_choice", "veteran": "veteran_choice", "disabled": "disabled_choice", "education": "education_choice",
    "certificate": "certificate_choice", "person_type": "person_type_choice", "employment_status": "status_choice",
    "insurance": "insurance_choice", "employer_type": "employer_type_choice", "income": "income_choice",
    "wants_job": "wants_job_choice", "unemployed_reason": "reason_choice", "expected_pay": "expected_pay_choice",
    "unit_nature": "unit_nature_choice", "needs_capital": "needs_capital_choice",
    "needs_staff": "needs_staff_choice", "invests_at_home": "invests_choice",
}  # fmt: skip
STUDENT = "大中专院校在校学生"


def folded(values: pl.Series) -> pl.Series:
    return values.str.replace_many(WIDE).str.strip_chars(" \t\n\r").str.to_uppercase()


def mended(values: pl.Series, usual: pl.Series, clean: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """The few values without the usual form, cleaned and put back."""
    places = (~usual).fill_null(False).arg_true()
    return values if places.is_empty() else values.scatter(places, clean(values.gather(places)))


def canonical(choices: list[str]) -> Callable[[pl.Series], pl.Series]:
    tight = {one.translate(str.maketrans(WIDE)).upper().replace(" ", ""): one for one in choices}

    def clean(values: pl.Series) -> pl.Series:
        squeezed = folded(values).str.replace_all(" ", "", literal=True)
        return squeezed.replace_strict(tight, default=None).fill_null(values)

    return clean


def cleaned(raw: pl.DataFrame) -> pl.DataFrame:
    names = [name for name in raw.columns if name != "_row"]
    texts = [pl.col(name).str.strip_chars(BLANKS).replace("", None).alias(name) for name in names]
    table = raw.with_columns(texts)
    usual = table.select(
        id_number=pl.col("id_number").str.contains(r"^[0-9]{17}[0-9X]$"),
        phone=pl.col("phone").str.contains(r"^1[3-9][0-9]{9}$"),
        **{
            name: pl.col(name).str.contains(r"^[0-9]{1,12}$")
            for name in ("age", "graduation_year", "employees")
        },
        annual_output=pl.col("annual_output").str.contains(r"^[0-9]{1,9}(\.[0-9]{1,2})?$"),
        **{name: pl.col(name).is_in(known) for name, known in CHOICES.items()},
    )
    mends: dict[str, Callable[[pl.Series], pl.Series]] = {
        "id_number": folded,
        "phone": lambda one: folded(one).str.replace_all("[ -]", "").str.replace(r"^\+86", ""),
        **dict.fromkeys(
            ("age", "graduation_year", "employees", "annual_output"),
            lambda one: folded(one).str.replace_all(",", ""),
        ),
        **{name: canonical(known) for name, known in CHOICES.items()},
    }
    return table.with_columns([mended(table[name], usual[name], clean) for name, clean in mends.items()])


def parsed(table: pl.DataFrame) -> pl.DataFrame:
    number, day = pl.col("id_number"), pl.col("collected_on")
    standard = number.str.contains(r"^[0-9]{17}[0-9X]$")
    table = table.with_columns(
        std=standard.fill_null(False),
        high=pl.when(standard).then(number.str.slice(0, 9)).cast(pl.Int64),
        low=pl.when(standard).then(number.str.slice(9, 8)).cast(pl.Int64),
        last=number.str.slice(17, 1),
        on=day.str.replace_all("-", "", literal=True).cast(pl.Int64, strict=False),
        day_ok=day.str.to_date("%Y-%m-%d", strict=False).is_not_null(),
        age_n=pl.col("age").cast(pl.Int64, strict=False),
        year_n=pl.col("graduation_year").cast(pl.Int64, strict=False),
        employees_n=pl.col("employees").cast(pl.Int64, strict=False),
        output_ok=pl.col("annual_output").str.contains(r"^[+]?[0-9]{1,9}(\.[0-9]{1,2})?$"),
    )
    digits = [(pl.col("high") // 10 ** (8 - place) % 10) for place in range(9)]
    digits += [(pl.col("low") // 10 ** (7 - place) % 10) for place in range(8)]
    weighted = reduce(
        lambda a, b: a + b, [one * (2 ** (17 - place) % 11) for place, one in enumerate(digits)]
    )
    birth = pl.col("high") % 1000 * 100_000 + pl.col("low") // 1000
    table = table.with_columns(
        sum=weighted
        + pl.when(pl.col("last") == "X").then(10).otherwise(pl.col("last").cast(pl.Int64, strict=False)),
        born=birth,
        on=pl.when(pl.col("day_ok")).then(pl.col("on")),
    )
    year, month, date = pl.col("born") // 10_000, pl.col("born") // 100 % 100, pl.col("born") % 100
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    longest = (
        pl.when(month.is_in([4, 6, 9, 11]))
        .then(30)
        .when(month == 2)
        .then(28 + leap.cast(pl.Int64))
        .otherwise(31)
    )
    good = (
        pl.col("std") & (pl.col("sum") % 11 == 1) & (year >= 1900) & month.is_between(1, 12)
        & (date >= 1) & (date <= longest) & (pl.col("born") <= pl.col("on")).fill_null(True)
    ).fill_null(False)  # fmt: skip
    table = table.with_columns(good=good)
    return table.with_columns(
        male=pl.when("good").then(pl.col("low") % 2 == 1),
        lived=pl.when("good").then(pl.col("on") - pl.col("born")),
    )


def flags(provinces: list[str]) -> dict[str, pl.Expr]:
    """Reason → expression, by the names that the engine gives its reasons."""
    col = pl.col
    branch = {name: (col("branch") == name).fill_null(False) for name in OWN}
    everyone = [*BASIC, *COMMON]
    male = col("male")
    lived, on_year = col("lived"), col("on") // 10_000
    found = {
        "area:id_number": col("std") & ~col("id_number").str.slice(0, 2).is_in(provinces),
        "id_number_valid": col("id_number").is_not_null() & ~col("good"),
        "sex_agrees": ((col("sex") == "男") & ~male) | ((col("sex") == "女") & male),
        "age_agrees": (lived // 10_000) != col("age_n"),
        "age_in_scope": (lived < 160_000) | (lived >= pl.when(male).then(640_000).otherwise(560_000)),
        "phone_valid": col("phone").is_not_null() & ~col("phone").str.contains(r"^1[3-9][0-9]{9}$"),
        "id_number_once": col("id_number").is_not_null() & col("id_number").is_duplicated(),
        "phone_shared": col("phone").is_not_null() & col("phone").is_duplicated(),
        "registered_here": ~col("registered_address").str.contains("信州", literal=True),
        "basic_filled": pl.any_horizontal([col(name).is_null() for name in BASIC]),
        "common_filled": pl.any_horizontal([col(name).is_null() for name in COMMON]),
        "employed_status_agrees": (branch["已就业"] | branch["自主创业"])
        & (col("employment_status") != "已就业"),
        "unemployed_status_agrees": branch["未就业"] & (col("employment_status") != "未就业"),
        "employed_has_employer": branch["已就业"]
        & col("employer_name").is_null()
        & (col("employer_type") != "自由职业/灵活就业").fill_null(True),
        "unemployed_has_no_employer": branch["未就业"]
        & ~(col("employer_name").is_null() & col("income").is_null()),
        "startup_has_unit": branch["自主创业"] & col("unit_name").is_null(),
        "startup_person_type": branch["自主创业"]
        & ~col("person_type").is_in(["自主创业", "企业高管及合伙人"]),
        "student_not_employed": branch["未就业"]
        & (col("unemployed_reason") == "在校学生")
        & (col("person_type") != STUDENT),
        "army_or_prison_excluded": branch["未就业"] & col("unemployed_reason").is_in(["服兵役", "监狱服刑"]),
        "graduation_not_future": (col("person_type") == STUDENT) & (col("year_n") > on_year + 6),
        "graduated_by_now": (col("person_type") != STUDENT).fill_null(True) & (col("year_n") > on_year),
        "graduation_after_childhood": col("year_n") < on_year - col("age_n") + 10,
        "work_address_full": branch["已就业"]
        & ~col("work_address").str.contains("(省|自治区|市).*(市|区|县|旗|州)"),
        "other_nature_noted": branch["自主创业"]
        & (col("unit_nature") == "其他（请备注）")
        & col("unit_nature_note").is_null(),
        "format:collected_on": col("collected_on").is_not_null() & col("on").is_null(),
        "format:branch": ~col("branch").is_in(CHOICES["branch"]),
        "format:age": col("age").is_not_null() & ~col("age_n").is_between(0, 120).fill_null(False),
        "format:graduation_year": col("graduation_year").is_not_null()
        & ~col("year_n").is_between(1950, 2100).fill_null(False),
        "format:annual_output": branch["自主创业"] & ~col("output_ok"),
        "format:employees": branch["自主创业"]
        & col("employees").is_not_null()
        & ~(col("employees_n") >= 0).fill_null(False),
    }
    for name, check in {
        "已就业": "employed_filled",
        "未就业": "unemployed_filled",
        "自主创业": "startup_filled",
    }.items():
        found[check] = branch[name] & pl.any_horizontal([col(one).is_null() for one in OWN[name]])
    for name, check in CHECK_OF.items():
        wrong = ~col(name).is_in(CHOICES[name])
        owner = next((one for one, own in OWN.items() if name in own), None)
        found[check] = wrong if owner is None else branch[owner] & wrong
    known = pl.any_horizontal(list(branch.values()))
    found |= {f"blank:{name}": known & col(name).is_null() for name in everyone}
    for name, own in OWN.items():
        found |= {f"blank:{one}": branch[name] & col(one).is_null() for one in own}
    return {name: flag.fill_null(False) for name, flag in found.items()}


BREAKS = {  # element → the failing checks that make it wrong, beside a blank and a wrong choice
    "id_number": ["id_number_valid", "id_number_once"],
    "sex": ["sex_agrees"],
    "age": ["age_agrees", "age_in_scope", "format:age"],
    "phone": ["phone_valid"],
    "graduation_year": [
        "graduation_not_future",
        "graduated_by_now",
        "graduation_after_childhood",
        "format:graduation_year",
    ],
    "employment_status": ["employed_status_agrees", "unemployed_status_agrees"],
    "employer_name": ["employed_has_employer"],
    "work_address": ["work_address_full"],
    "unit_name": ["startup_has_unit"],
    "annual_output": ["format:annual_output"],
    "employees": ["format:employees"],
}
WARNINGS = {
    "area:id_number", "phone_shared", "registered_here", "unemployed_has_no_employer", "startup_person_type",
    "student_not_employed", "army_or_prison_excluded", "other_nature_noted",
}  # fmt: skip


def wrong_element(name: str) -> pl.Expr:
    checks = [f"blank:{name}", *BREAKS.get(name, [])]
    if name in CHECK_OF:
        checks.append(CHECK_OF[name])
    return pl.any_horizontal(checks)


def score(raw: pl.DataFrame, bits: Mapping[str, int], mask_bits: int, provinces: list[str]) -> pl.DataFrame:
    """Key, score, qualified, basic_ok, passed and masks of every record. `bits`: place of every reason."""
    found = flags(provinces)
    table = parsed(cleaned(raw)).select("_row", "branch", "township", **found)
    known = pl.col("branch").is_in(list(OWN)).fill_null(False)
    lost = [wrong_element(name).cast(pl.Int64) * points for name, points in (BASIC | COMMON).items()]
    for name, own in OWN.items():
        lost += [
            ((pl.col("branch") == name) & wrong_element(one)).fill_null(False).cast(pl.Int64) * p
            for one, p in own.items()
        ]
    masks = []
    for index in range(max(bits.values()) // mask_bits + 1):
        parts = [
            pl.col(name).cast(pl.Int64) * 2 ** (bit % mask_bits) for name, bit in bits.items()
            if bit // mask_bits == index and name in found
        ]  # fmt: skip
        masks.append(pl.sum_horizontal(parts).alias(f"mask_{index}"))
    failing = [name for name in found if name not in WARNINGS and not name.startswith("blank:")]
    return table.select(
        pl.col("_row").alias("key"),
        "branch",
        pl.col("township").alias("area"),
        pl.when(known).then(100 - pl.sum_horizontal(lost)).alias("score"),
        (known & ~pl.any_horizontal([wrong_element(name) for name in BASIC])).alias("basic_ok"),
        (known & ~pl.any_horizontal(failing)).alias("passed"),
        *masks,
    ).with_columns(qualified=(pl.col("score") >= 80).fill_null(False))
