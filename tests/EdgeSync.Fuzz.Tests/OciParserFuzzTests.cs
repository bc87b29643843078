using System.Text;
using EdgeSync.Oci;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Primitives;

namespace EdgeSync.Fuzz.Tests;

/// <summary>Hostile references and manifests: refused or read, never another failure, and what is read has one meaning.</summary>
public class OciParserFuzzTests
{
    private const string Alphabet = "abcxyzABC0189._-/:@[]%?#&= \t\n\0é\u202e";
    private static readonly string[] References =
    [
        "registry.example:5000/shop/web:1.2@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "nginx", "docker.io/library/nginx:latest", "[::1]:5000/a__b/c-d.e", "localhost/x",
    ];

    private static readonly byte[][] Manifests =
    [
        """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","artifactType":"a/b","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":7,"platform":{"os":"linux","architecture":"arm","variant":"v7"},"annotations":{"k":"v"}}]}"""u8.ToArray(),
        """{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":0},"layers":[],"subject":{"mediaType":"a/b","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":1}}"""u8.ToArray(),
    ];

    [Fact]
    public void References_AnyText_AreRefusedOrReadBackTheSame()
    {
        var accepted = 0;
        FuzzRun.Repeat(random =>
        {
            var text = Mutate(random, References[random.Next(References.Length)]);
            if (OciReference.TryParse(text, out var strict))
            {
                accepted++;
                Assert.Equal(text, strict.ToString());
                Assert.True(OciReference.TryParseImage(text, out _), "an image name that is complete must be accepted as one");
            }

            if (OciReference.TryParseImage(text, out var completed))
            {
                accepted++;
                Assert.Equal(completed, OciReference.Parse(completed.ToString()));
                Assert.DoesNotContain("..", completed.Repository, StringComparison.Ordinal);
                Assert.Equal(completed.Repository, new Uri($"http://h/{completed.Repository}").AbsolutePath[1..]);
            }
        });

        Assert.True(accepted > 100, $"only {accepted} were accepted, so little was tested");
    }

    [Fact]
    public void Manifests_AnyBytes_AreRefusedOrReadWithTheirDigest()
    {
        var (accepted, refused) = (0, 0);
        FuzzRun.Repeat(random =>
        {
            var bytes = Mutate(random, Manifests[random.Next(Manifests.Length)]);
            try
            {
                var manifest = ManifestReader.Read(bytes, mediaType: null);
                accepted++;
                Assert.Equal(Digest.Of(bytes), manifest.Descriptor.Digest);
                Assert.Equal(2, manifest.Content.SchemaVersion);
                if (manifest.Content is ImageIndex index)
                {
                    PlatformSelector.Select(index, OciPlatform.Parse("linux/arm64"));
                }
            }
            catch (RegistryException failure)
            {
                refused++;
                Assert.Equal(RegistryReasons.ManifestInvalid, failure.Reason);
            }
        });

        Assert.True(accepted > 50 && refused > 50, $"{accepted} accepted, {refused} refused");
    }

    private static string Mutate(Random random, string text)
    {
        var mutated = new StringBuilder(text);
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            var at = random.Next(mutated.Length + 1);
            switch (random.Next(4))
            {
                case 0:
                    mutated.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                case 1 when at < mutated.Length:
                    mutated.Remove(at, random.Next(1, mutated.Length - at + 1));
                    break;
                case 2 when at < mutated.Length:
                    mutated[at] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                default:
                    mutated.Insert(at, text[..random.Next(text.Length)]);
                    break;
            }
        }

        return mutated.ToString();
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        var mutated = bytes.ToList();
        for (var changes = random.Next(4); changes > 0 && mutated.Count > 0; changes--)
        {
            var at = random.Next(mutated.Count);
            switch (random.Next(4))
            {
                case 0:
                    mutated[at] = (byte)random.Next(256);
                    break;
                case 1:
                    mutated.RemoveRange(at, random.Next(1, Math.Min(20, mutated.Count - at) + 1));
                    break;
                case 2:
                    mutated.InsertRange(at, mutated.GetRange(at, random.Next(Math.Min(60, mutated.Count - at))));
                    break;
                default:
                    mutated.InsertRange(at, Encoding.UTF8.GetBytes(new[] { "{", "}", "[", "null", "-1", "1e99", "\"\"", ",", "\\u0000", "true" }[random.Next(10)]));
                    break;
            }
        }

        return [.. mutated];
    }
}
