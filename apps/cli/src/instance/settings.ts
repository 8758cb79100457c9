/** What `up` was asked for, complete. */
export interface InstanceSettings {
  readonly files: readonly string[];
  /** Null: the `components.yaml` beside each deployment, where there is one. */
  readonly components: string | null;
  /** Of parameters of pipelines among the files. */
  readonly values: ReadonlyMap<string, string>;
  readonly host: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly adminPort: number;
  readonly dataDir: string;
  readonly adminKey: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** Where Seldon's variables for its engine are looked up. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}
