-- Written by scripts/model_columns.py from what the tap declares.
{{ config(enabled=callgear.reads('call_legs')) }}

{{ callgear.stage('call_legs') }}
