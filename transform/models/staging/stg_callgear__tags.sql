-- Written by scripts/model_columns.py from what the tap declares.
{{ config(enabled=callgear.reads('tags')) }}

{{ callgear.stage('tags') }}
