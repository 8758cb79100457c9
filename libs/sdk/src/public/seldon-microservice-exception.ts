/** Thrown by a component: the caller gets the status (400 to 599) and the reason, with the message as `info`. */
export class SeldonMicroserviceException extends Error {
  override readonly name = 'SeldonMicroserviceException';

  constructor(
    message: string,
    readonly status = 400,
    readonly reason = 'MICROSERVICE_BAD_DATA',
  ) {
    super(message);
  }
}
