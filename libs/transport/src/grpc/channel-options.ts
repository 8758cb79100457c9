import type { ChannelOptions } from '@grpc/grpc-js';

const UNLIMITED = -1;

/** Of the connection to one component. What is too large to be sent is for the component to say. */
export function channelOptions(maxMessageBytes: number): ChannelOptions {
  return {
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': UNLIMITED,
    // A peer that vanished is found out, but only while somebody waits for it: servers take pings on idle connections ill.
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc.keepalive_permit_without_calls': 0,
    // A component that comes up is found within a second.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1_000,
    'grpc.dns_min_time_between_resolutions_ms': 1_000,
    'grpc.enable_retries': 0,
    // Components are neighbours: neither a proxy nor a configuration from DNS stands between.
    'grpc.enable_http_proxy': 0,
    'grpc.service_config_disable_resolution': 1,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_channelz': 0,
  };
}
