{# Whether the account reads all of some streams, so that what is made of them can be. #}
{% macro reads() %}
    {% set missing = varargs | reject("in", var("callgear_streams")) | list %}
    {{ return(not missing) }}
{% endmacro %}
