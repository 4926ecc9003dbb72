// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/lambda/list_functions.hpp>

#include <concepts>
#include <type_traits>

/// The members of Lambda's ListFunctions, for libraries that know nothing of Belfry's tables.
namespace lambda_members {

namespace lambda = belfry::lambda;

/// `S`, const or not.
template <class T, class S>
concept Either = std::same_as<std::remove_const_t<T>, S>;

// Lists each member once, for decoding and encoding.
template <Either<lambda::TracingConfigResponse> S, class Visit> void members(S& s, Visit visit) {
    visit("Mode", s.mode);
}
template <Either<lambda::VpcConfigResponse> S, class Visit> void members(S& s, Visit visit) {
    visit("SubnetIds", s.subnet_ids);
    visit("SecurityGroupIds", s.security_group_ids);
    visit("VpcId", s.vpc_id);
    visit("Ipv6AllowedForDualStack", s.ipv6_allowed_for_dual_stack);
}
template <Either<lambda::SnapStartResponse> S, class Visit> void members(S& s, Visit visit) {
    visit("OptimizationStatus", s.optimization_status);
    visit("ApplyOn", s.apply_on);
}
template <Either<lambda::FileSystemConfig> S, class Visit> void members(S& s, Visit visit) {
    visit("Arn", s.arn);
    visit("LocalMountPath", s.local_mount_path);
}
template <Either<lambda::Layer> S, class Visit> void members(S& s, Visit visit) {
    visit("Arn", s.arn);
    visit("CodeSize", s.code_size);
    visit("SigningProfileVersionArn", s.signing_profile_version_arn);
    visit("SigningJobArn", s.signing_job_arn);
}
template <Either<lambda::ImageConfig> S, class Visit> void members(S& s, Visit visit) {
    visit("EntryPoint", s.entry_point);
    visit("Command", s.command);
    visit("WorkingDirectory", s.working_directory);
}
template <Either<lambda::ImageConfigError> S, class Visit> void members(S& s, Visit visit) {
    visit("ErrorCode", s.error_code);
    visit("Message", s.message);
}
template <Either<lambda::ImageConfigResponse> S, class Visit> void members(S& s, Visit visit) {
    visit("ImageConfig", s.image_config);
    visit("Error", s.error);
}
template <Either<lambda::DeadLetterConfig> S, class Visit> void members(S& s, Visit visit) {
    visit("TargetArn", s.target_arn);
}
template <Either<lambda::RuntimeVersionError> S, class Visit> void members(S& s, Visit visit) {
    visit("ErrorCode", s.error_code);
    visit("Message", s.message);
}
template <Either<lambda::RuntimeVersionConfig> S, class Visit> void members(S& s, Visit visit) {
    visit("RuntimeVersionArn", s.runtime_version_arn);
    visit("Error", s.error);
}
template <Either<lambda::EnvironmentError> S, class Visit> void members(S& s, Visit visit) {
    visit("ErrorCode", s.error_code);
    visit("Message", s.message);
}
template <Either<lambda::EnvironmentResponse> S, class Visit> void members(S& s, Visit visit) {
    visit("Variables", s.variables);
    visit("Error", s.error);
}
template <Either<lambda::EphemeralStorage> S, class Visit> void members(S& s, Visit visit) {
    visit("Size", s.size);
}
template <Either<lambda::LoggingConfig> S, class Visit> void members(S& s, Visit visit) {
    visit("LogFormat", s.log_format);
    visit("ApplicationLogLevel", s.application_log_level);
    visit("SystemLogLevel", s.system_log_level);
    visit("LogGroup", s.log_group);
}
template <Either<lambda::FunctionConfiguration> S, class Visit> void members(S& s, Visit visit) {
    visit("Description", s.description);
    visit("TracingConfig", s.tracing_config);
    visit("VpcConfig", s.vpc_config);
    visit("SigningJobArn", s.signing_job_arn);
    visit("SnapStart", s.snap_start);
    visit("RevisionId", s.revision_id);
    visit("LastModified", s.last_modified);
    visit("FileSystemConfigs", s.file_system_configs);
    visit("FunctionName", s.function_name);
    visit("Runtime", s.runtime);
    visit("Version", s.version);
    visit("PackageType", s.package_type);
    visit("LastUpdateStatus", s.last_update_status);
    visit("Layers", s.layers);
    visit("FunctionArn", s.function_arn);
    visit("KMSKeyArn", s.kms_key_arn);
    visit("MemorySize", s.memory_size);
    visit("ImageConfigResponse", s.image_config_response);
    visit("LastUpdateStatusReason", s.last_update_status_reason);
    visit("DeadLetterConfig", s.dead_letter_config);
    visit("Timeout", s.timeout);
    visit("Handler", s.handler);
    visit("CodeSha256", s.code_sha256);
    visit("Role", s.role);
    visit("SigningProfileVersionArn", s.signing_profile_version_arn);
    visit("MasterArn", s.master_arn);
    visit("RuntimeVersionConfig", s.runtime_version_config);
    visit("CodeSize", s.code_size);
    visit("State", s.state);
    visit("StateReason", s.state_reason);
    visit("Environment", s.environment);
    visit("EphemeralStorage", s.ephemeral_storage);
    visit("StateReasonCode", s.state_reason_code);
    visit("LastUpdateStatusReasonCode", s.last_update_status_reason_code);
    visit("LoggingConfig", s.logging_config);
    visit("Architectures", s.architectures);
}
template <Either<lambda::ListFunctionsResponse> S, class Visit> void members(S& s, Visit visit) {
    visit("NextMarker", s.next_marker);
    visit("Functions", s.functions);
}

} // namespace lambda_members
