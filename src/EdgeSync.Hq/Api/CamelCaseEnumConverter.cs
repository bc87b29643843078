using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeSync.Hq.Api;

/// <summary>Writes the names of HQ's own enums in camel case.</summary>
internal sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
