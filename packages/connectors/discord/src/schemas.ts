import { z } from "zod"

// https://discord.com/developers/docs/resources/user#user-object
export const user = z.looseObject({
  id: z.string(),
  username: z.string(),
  global_name: z.string().nullish(),
  email: z.string().nullish(),
  bot: z.boolean().optional(),
})

// https://discord.com/developers/docs/resources/guild#guild-object
export const guild = z.looseObject({
  id: z.string(),
  name: z.string(),
  icon: z.string().nullish(),
  owner_id: z.string().optional(),
})
