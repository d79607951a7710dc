// The Express example of the OAuth flow guide it comes from, as it was written: nothing but its second import is changed.
// biome-ignore-all lint/correctness/noUnusedVariables: as it was written
// biome-ignore-all lint/correctness/noUnusedFunctionParameters: as it was written
// biome-ignore-all format: as it was written
// biome-ignore-all assist/source/organizeImports: as it was written
import express from 'express';
import { AlloyOAuthFlow } from './oauth-flow.js';

const app = express();
const oauthFlow = new AlloyOAuthFlow();

// Step 1: Initiate OAuth flow
app.get('/connect/notion', async (req, res) => {
  try {
    const { oauthUrl } = await oauthFlow.initiateOAuthFlow(
      'notion',
      'http://localhost:3000/oauth/callback'
    );
    
    // Store oauthUrl in session if needed
    // Then redirect user
    res.redirect(oauthUrl);
  } catch (error) {
    res.status(500).send('Failed to initiate OAuth flow');
  }
});

// Step 2: Handle OAuth callback
app.get('/oauth/callback', async (req, res) => {
  const { code, state, error } = req.query;

  if (error) {
    return res.status(400).send(`OAuth error: ${error}`);
  }

  try {
    const { connectionId } = await oauthFlow.handleOAuthCallback(
      'notion',
      code as string,
      state as string
    );

    // Save connectionId (to database, .env, etc.)
    console.log(`Connection established: ${connectionId}`);
    
    res.send(`
      <h1>Connection Successful!</h1>
      <p>Connection ID: ${connectionId}</p>
      <p>Add this to your .env file: CONNECTION_ID=${connectionId}</p>
    `);
  } catch (error) {
    res.status(500).send(`Failed to complete OAuth: ${error.message}`);
  }
});

app.listen(3000, () => {
  console.log('OAuth server running on http://localhost:3000');
  console.log('Visit http://localhost:3000/connect/notion to start OAuth flow');
});
