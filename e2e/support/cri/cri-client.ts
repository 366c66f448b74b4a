import { fileURLToPath } from 'node:url';
import { credentials, loadPackageDefinition, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

type Call = (request: object, done: (error: ServiceError | null, answer: never) => void) => void;

/** What a failed call says. */
export interface CriFailure {
  readonly details: string;
}

/** A client of Kubernetes' Container Runtime Interface, as the kubelet is one. */
export interface CriClient {
  /** Calls RuntimeService. Rejects with what the runtime says. */
  runtime<T = object>(method: string, request: object): Promise<T>;
  /** Calls ImageService. */
  image<T = object>(method: string, request: object): Promise<T>;
  close(): void;
}

export function connectCri(socketPath: string): CriClient {
  const proto = fileURLToPath(new URL('../../../support/cri/runtime.proto', import.meta.url));
  const definition = loadSync(proto, { keepCase: true, longs: Number, enums: String, defaults: true });
  const { runtime } = loadPackageDefinition(definition) as never as {
    runtime: { v1: Record<string, new (address: string, how: unknown) => { close(): void }> };
  };
  const open = (service: string) =>
    new runtime.v1[service]!(`unix://${socketPath}`, credentials.createInsecure());
  const services = { runtime: open('RuntimeService'), image: open('ImageService') };
  const call = (service: { close(): void }) => (method: string, request: object) =>
    new Promise<never>((resolve, reject) => {
      (service as never as Record<string, Call>)[method]!(request, (error, answer) =>
        error === null ? resolve(answer) : reject(new Error(error.details)),
      );
    });
  return {
    runtime: call(services.runtime),
    image: call(services.image),
    close() {
      services.runtime.close();
      services.image.close();
    },
  };
}
