{# Every row has a key of its own, and no part of a key is missing. #}
{% test unique_key(model, columns) %}

{%- set told = [] -%}
{%- for column in columns -%}
    {%- do told.extend(["'" ~ (", " if not loop.first) ~ column ~ " '", column]) -%}
{%- endfor %}

select
    {{ callgear.sentence(["'The key '"] + told + ["' stands '", "count(*)", "' times in " ~ model.identifier ~ ".'"]) }}
    as failure
from {{ model }}
group by {{ columns | join(", ") }}
having count(*) > 1
union all
select
    {{ callgear.sentence(["'A part of the key '"] + told + ["' is missing in " ~ model.identifier ~ ".'"]) }} as failure
from {{ model }}
where {{ columns | join(" is null or ") }} is null

{% endtest %}
