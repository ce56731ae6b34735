/**
 * The names of attributes that spans of workflows carry, as OpenTelemetry's semantic conventions have them. It stands in for
 * their package in the bundle (`bundle.ts`): that has four hundred names and more, of which the tracing interceptors use these.
 */
export const SEMATTRS_EXCEPTION_MESSAGE = 'exception.message';
export const SEMATTRS_EXCEPTION_STACKTRACE = 'exception.stacktrace';
export const SEMATTRS_EXCEPTION_TYPE = 'exception.type';
export const SEMRESATTRS_SERVICE_NAME = 'service.name';
export const SEMRESATTRS_TELEMETRY_SDK_LANGUAGE = 'telemetry.sdk.language';
export const SEMRESATTRS_TELEMETRY_SDK_NAME = 'telemetry.sdk.name';
export const SEMRESATTRS_TELEMETRY_SDK_VERSION = 'telemetry.sdk.version';
export const SEMRESATTRS_PROCESS_RUNTIME_NAME = 'process.runtime.name';
export const TELEMETRYSDKLANGUAGEVALUES_WEBJS = 'webjs';
