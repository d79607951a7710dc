# The two calls of the OAuth flow guide they come from, as they were written.
curl -X POST https://production.runalloy.com/connectors/notion/credentials \
  -H "Authorization: Bearer YOUR_API_KEY" \
  -H "x-api-version: 2025-09" \
  -H "Content-Type: application/json" \
  -d '{
    "connectorId": "notion",
    "credentialType": "oauth2",
    "redirectUri": "https://your-app.com/oauth/callback"
  }'

curl -X POST https://production.runalloy.com/connectors/notion/credentials/callback \
  -H "Authorization: Bearer YOUR_API_KEY" \
  -H "x-api-version: 2025-09" \
  -H "Content-Type: application/json" \
  -d '{
    "code": "authorization_code_from_callback",
    "state": "optional_state_parameter"
  }'
