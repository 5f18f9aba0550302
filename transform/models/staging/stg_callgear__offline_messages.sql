-- Written by scripts/model_columns.py from what the tap declares.
{{ config(enabled=callgear.reads('offline_messages')) }}

{{ callgear.stage('offline_messages') }}
