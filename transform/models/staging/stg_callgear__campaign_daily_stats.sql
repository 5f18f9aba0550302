-- Written by scripts/model_columns.py from what the tap declares.
{{ config(enabled=callgear.reads('campaign_daily_stats')) }}

{{ callgear.stage('campaign_daily_stats') }}
