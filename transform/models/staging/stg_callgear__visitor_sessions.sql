-- Written by scripts/model_columns.py from what the tap declares.
{{ config(enabled=callgear.reads('visitor_sessions')) }}

{{ callgear.stage('visitor_sessions') }}
