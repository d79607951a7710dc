/** The application after its key was lost. */
import { application, keys } from "./application.fixture.js"

export const holdfast = () => application({ keys: keys.second })
