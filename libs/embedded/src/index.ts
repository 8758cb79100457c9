export {
  DamagedDataDirectoryError,
  DataDirectoryError,
  DataDirectoryInUseError,
  DataDirectoryNotWritableError,
  EmbeddedServiceError,
  NewerDataDirectoryError,
  NotADirectoryError,
} from './errors.js';
export { runningServices, type ServiceUrls } from './running-services.js';
export { type EmbeddedServices, startEmbedded } from './start-embedded.js';
