-- Written by scripts/model_columns.py from what the tap declares.
{{ config(enabled=callgear.reads('chat_messages')) }}

{{ callgear.stage('chat_messages') }}
