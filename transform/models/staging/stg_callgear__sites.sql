-- Written by scripts/model_columns.py from what the tap declares.
{{ config(enabled=callgear.reads('sites')) }}

{{ callgear.stage('sites') }}
