using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Agent.Cluster;

/// <summary>
/// What is known of a channel's live objects, in a file of the state directory. It only saves requests: a file that is lost, damaged or not written costs a
/// comparison of every object.
/// </summary>
internal sealed class KnownObjectsFile(string folder, string channel)
{
    private const long MaxSize = 64 << 20;
    private readonly string _path = Path.Combine(folder, $"known-objects-{channel}.json");

    public KnownObjects Read()
    {
        try
        {
            if (new FileInfo(_path) is { Exists: true, Length: <= MaxSize })
            {
                var stored = JsonSerializer.Deserialize(File.ReadAllBytes(_path), KnownObjectsJsonContext.Default.DictionaryStringKnownObject);
                return new KnownObjects(stored?.ContainsValue(null!) == false ? stored : null);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            // As if nothing were known.
        }

        return new KnownObjects();
    }

    public void Write(KnownObjects known)
    {
        try
        {
            DurableFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(new(known.Entries), KnownObjectsJsonContext.Default.DictionaryStringKnownObject), DurableFile.PrivateMode);
        }
        catch (StorageException)
        {
            // A full disk does not keep the cluster from being repaired; what must be stored reports it.
        }
    }
}

/// <summary>The JSON of the file.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Dictionary<string, KnownObject>))]
internal sealed partial class KnownObjectsJsonContext : JsonSerializerContext;
