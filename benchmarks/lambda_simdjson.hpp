// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/lambda/list_functions.hpp>

#include <cstdint>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>

/// Lambda's ListFunctions written by hand with simdjson's on-demand parser: one pass, no DOM, a
/// switch over the keys of each struct.
namespace with_simdjson {

namespace lambda = belfry::lambda;
using simdjson::ondemand::field;
using simdjson::ondemand::object;
using simdjson::ondemand::value;

inline void read(value json, belfry::Optional<std::string>& out) { out.emplace(json.get_string().value()); }
inline void read(value json, std::optional<bool>& out) { out = json.get_bool().value(); }
inline void read(value json, belfry::Optional<std::int32_t>& out) {
    out = static_cast<std::int32_t>(json.get_int64().value());
}
inline void read(value json, belfry::Optional<std::int64_t>& out) { out = json.get_int64().value(); }
template <belfry::OpenEnumType E> void read(value json, belfry::Optional<E>& out) {
    out.emplace(json.get_string().value());
}
inline void read(value json, belfry::List<std::string>& out) {
    out.emplace();
    for (value element : json.get_array()) out.emplace_back(element.get_string().value());
}
template <belfry::OpenEnumType E> void read(value json, belfry::List<E>& out) {
    out.emplace();
    for (value element : json.get_array()) out.emplace_back(element.get_string().value());
}
inline void read(value json, belfry::Map<std::string>& out) {
    out.emplace();
    for (field entry : json.get_object()) {
        std::string& element = out[entry.unescaped_key().value()];
        element = entry.value().get_string().value();
    }
}
inline void read(object json, lambda::TracingConfigResponse& out);
inline void read(object json, lambda::VpcConfigResponse& out);
inline void read(object json, lambda::SnapStartResponse& out);
inline void read(object json, lambda::FileSystemConfig& out);
inline void read(object json, lambda::Layer& out);
inline void read(object json, lambda::ImageConfig& out);
inline void read(object json, lambda::ImageConfigError& out);
inline void read(object json, lambda::ImageConfigResponse& out);
inline void read(object json, lambda::DeadLetterConfig& out);
inline void read(object json, lambda::RuntimeVersionError& out);
inline void read(object json, lambda::RuntimeVersionConfig& out);
inline void read(object json, lambda::EnvironmentError& out);
inline void read(object json, lambda::EnvironmentResponse& out);
inline void read(object json, lambda::EphemeralStorage& out);
inline void read(object json, lambda::LoggingConfig& out);
inline void read(object json, lambda::FunctionConfiguration& out);
inline void read(object json, lambda::ListFunctionsResponse& out);
template <belfry::Shape S> void read(value json, std::optional<S>& out) {
    read(json.get_object().value(), out.emplace());
}
template <belfry::Shape S> void read(value json, belfry::List<S>& out) {
    out.emplace();
    for (value element : json.get_array()) read(element.get_object().value(), out.emplace_back());
}

inline void read(object json, lambda::TracingConfigResponse& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "Mode") read(json_value, out.mode);
    }
}
inline void read(object json, lambda::VpcConfigResponse& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "SubnetIds")
            read(json_value, out.subnet_ids);
        else if (key == "SecurityGroupIds")
            read(json_value, out.security_group_ids);
        else if (key == "VpcId")
            read(json_value, out.vpc_id);
        else if (key == "Ipv6AllowedForDualStack")
            read(json_value, out.ipv6_allowed_for_dual_stack);
    }
}
inline void read(object json, lambda::SnapStartResponse& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "OptimizationStatus")
            read(json_value, out.optimization_status);
        else if (key == "ApplyOn")
            read(json_value, out.apply_on);
    }
}
inline void read(object json, lambda::FileSystemConfig& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "Arn")
            read(json_value, out.arn);
        else if (key == "LocalMountPath")
            read(json_value, out.local_mount_path);
    }
}
inline void read(object json, lambda::Layer& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "Arn")
            read(json_value, out.arn);
        else if (key == "CodeSize")
            read(json_value, out.code_size);
        else if (key == "SigningProfileVersionArn")
            read(json_value, out.signing_profile_version_arn);
        else if (key == "SigningJobArn")
            read(json_value, out.signing_job_arn);
    }
}
inline void read(object json, lambda::ImageConfig& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "EntryPoint")
            read(json_value, out.entry_point);
        else if (key == "Command")
            read(json_value, out.command);
        else if (key == "WorkingDirectory")
            read(json_value, out.working_directory);
    }
}
inline void read(object json, lambda::ImageConfigError& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "ErrorCode")
            read(json_value, out.error_code);
        else if (key == "Message")
            read(json_value, out.message);
    }
}
inline void read(object json, lambda::ImageConfigResponse& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "ImageConfig")
            read(json_value, out.image_config);
        else if (key == "Error")
            read(json_value, out.error);
    }
}
inline void read(object json, lambda::DeadLetterConfig& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "TargetArn") read(json_value, out.target_arn);
    }
}
inline void read(object json, lambda::RuntimeVersionError& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "ErrorCode")
            read(json_value, out.error_code);
        else if (key == "Message")
            read(json_value, out.message);
    }
}
inline void read(object json, lambda::RuntimeVersionConfig& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "RuntimeVersionArn")
            read(json_value, out.runtime_version_arn);
        else if (key == "Error")
            read(json_value, out.error);
    }
}
inline void read(object json, lambda::EnvironmentError& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "ErrorCode")
            read(json_value, out.error_code);
        else if (key == "Message")
            read(json_value, out.message);
    }
}
inline void read(object json, lambda::EnvironmentResponse& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "Variables")
            read(json_value, out.variables);
        else if (key == "Error")
            read(json_value, out.error);
    }
}
inline void read(object json, lambda::EphemeralStorage& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "Size") read(json_value, out.size);
    }
}
inline void read(object json, lambda::LoggingConfig& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "LogFormat")
            read(json_value, out.log_format);
        else if (key == "ApplicationLogLevel")
            read(json_value, out.application_log_level);
        else if (key == "SystemLogLevel")
            read(json_value, out.system_log_level);
        else if (key == "LogGroup")
            read(json_value, out.log_group);
    }
}
inline void read(object json, lambda::FunctionConfiguration& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        switch (key.size()) {
        case 4:
            if (key == "Role") read(json_value, out.role);
            break;
        case 5:
            if (key == "State") read(json_value, out.state);
            break;
        case 6:
            if (key == "Layers") read(json_value, out.layers);
            break;
        case 7:
            if (key == "Runtime")
                read(json_value, out.runtime);
            else if (key == "Version")
                read(json_value, out.version);
            else if (key == "Timeout")
                read(json_value, out.timeout);
            else if (key == "Handler")
                read(json_value, out.handler);
            break;
        case 8:
            if (key == "CodeSize") read(json_value, out.code_size);
            break;
        case 9:
            if (key == "VpcConfig")
                read(json_value, out.vpc_config);
            else if (key == "SnapStart")
                read(json_value, out.snap_start);
            else if (key == "KMSKeyArn")
                read(json_value, out.kms_key_arn);
            else if (key == "MasterArn")
                read(json_value, out.master_arn);
            break;
        case 10:
            if (key == "RevisionId")
                read(json_value, out.revision_id);
            else if (key == "MemorySize")
                read(json_value, out.memory_size);
            else if (key == "CodeSha256")
                read(json_value, out.code_sha256);
            break;
        case 11:
            if (key == "Description")
                read(json_value, out.description);
            else if (key == "PackageType")
                read(json_value, out.package_type);
            else if (key == "FunctionArn")
                read(json_value, out.function_arn);
            else if (key == "StateReason")
                read(json_value, out.state_reason);
            else if (key == "Environment")
                read(json_value, out.environment);
            break;
        case 12:
            if (key == "LastModified")
                read(json_value, out.last_modified);
            else if (key == "FunctionName")
                read(json_value, out.function_name);
            break;
        case 13:
            if (key == "TracingConfig")
                read(json_value, out.tracing_config);
            else if (key == "SigningJobArn")
                read(json_value, out.signing_job_arn);
            else if (key == "LoggingConfig")
                read(json_value, out.logging_config);
            else if (key == "Architectures")
                read(json_value, out.architectures);
            break;
        case 15:
            if (key == "StateReasonCode") read(json_value, out.state_reason_code);
            break;
        case 16:
            if (key == "LastUpdateStatus")
                read(json_value, out.last_update_status);
            else if (key == "DeadLetterConfig")
                read(json_value, out.dead_letter_config);
            else if (key == "EphemeralStorage")
                read(json_value, out.ephemeral_storage);
            break;
        case 17:
            if (key == "FileSystemConfigs") read(json_value, out.file_system_configs);
            break;
        case 19:
            if (key == "ImageConfigResponse") read(json_value, out.image_config_response);
            break;
        case 20:
            if (key == "RuntimeVersionConfig") read(json_value, out.runtime_version_config);
            break;
        case 22:
            if (key == "LastUpdateStatusReason") read(json_value, out.last_update_status_reason);
            break;
        case 24:
            if (key == "SigningProfileVersionArn") read(json_value, out.signing_profile_version_arn);
            break;
        case 26:
            if (key == "LastUpdateStatusReasonCode") read(json_value, out.last_update_status_reason_code);
            break;
        default: break;
        }
    }
}
inline void read(object json, lambda::ListFunctionsResponse& out) {
    for (field entry : json) {
        const std::string_view key = entry.unescaped_key();
        value json_value = entry.value();
        if (json_value.is_null()) continue;
        if (key == "NextMarker")
            read(json_value, out.next_marker);
        else if (key == "Functions")
            read(json_value, out.functions);
    }
}

/// `text` is followed by simdjson's padding.
inline lambda::ListFunctionsResponse decode(simdjson::ondemand::parser& parser,
                                            const simdjson::padded_string& text) {
    lambda::ListFunctionsResponse out;
    simdjson::ondemand::document document = parser.iterate(text);
    read(document.get_object().value(), out);
    return out;
}

} // namespace with_simdjson
