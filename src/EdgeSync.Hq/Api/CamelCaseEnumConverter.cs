using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeSync.Hq.Api;

/// <summary>Words of HQ's own in the API's spelling.</summary>
internal sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
