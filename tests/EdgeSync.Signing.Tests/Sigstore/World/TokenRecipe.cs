using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Tests.Sigstore.World;

/// <summary>An RFC 3161 answer; a case can change every part.</summary>
internal sealed class TokenRecipe
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";
    private const string InfoOid = "1.2.840.113549.1.9.16.1.4";
    private static readonly Asn1Tag Tag0 = new(TagClass.ContextSpecific, 0, isConstructed: true);

    public DateTimeOffset Time { get; set; } = TestWorld.Now;

    public TestTimestamper Authority { get; set; } = TestWorld.Timestamper;

    public AsymmetricAlgorithm? Key { get; set; }

    public int Status { get; set; }

    public int Version { get; set; } = 1;

    public string ImprintOid { get; set; } = Sha256;

    public byte[]? Imprinted { get; set; }

    /// <summary>The encoded imprint of the request, instead of one made here.</summary>
    public byte[]? Imprint { get; set; }

    public byte[] Nonce { get; set; } = [99];

    public string Policy { get; set; } = "1.3.6.1.4.1.57264.2";

    /// <summary>Seconds, milliseconds and microseconds; null means none.</summary>
    public (int Seconds, int Millis, int Micros)? Accuracy { get; set; }

    public bool Embed { get; set; } = true;

    /// <summary>More certificates in the token.</summary>
    public List<byte[]> Authorities { get; } = [];

    public bool ByKeyIdentifier { get; set; }

    public bool WithAttributes { get; set; } = true;

    public string AttributeContentType { get; set; } = InfoOid;

    public byte[]? AttributeDigest { get; set; }

    public byte[]? BoundCertificate { get; set; }

    public bool Bind { get; set; } = true;

    public bool OldBinding { get; set; }

    public bool DoubleAttribute { get; set; }

    public int Signers { get; set; } = 1;

    public bool CriticalExtension { get; set; }

    public string SignatureOid { get; set; } = "1.2.840.10045.4.3.2";

    public Func<byte[], byte[]> Change { get; set; } = token => token;

    public byte[] Make(byte[] signature)
    {
        var info = Info(Imprinted ?? signature);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(Status);
            }

            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.7.2");
                using (writer.PushSequence(Tag0))
                {
                    SignedData(writer, info);
                }
            }
        }

        return Change(writer.Encode());
    }

    /// <summary>The token without the answer around it.</summary>
    public byte[] MakeToken(byte[] signature)
    {
        var response = new AsnReader(Make(signature), AsnEncodingRules.DER).ReadSequence();
        response.ReadSequence();
        return response.ReadEncodedValue().ToArray();
    }

    private byte[] Info(byte[] imprinted)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(Version);
            writer.WriteObjectIdentifier(Policy);
            if (Imprint is not null)
            {
                writer.WriteEncodedValue(Imprint);
            }
            else
            {
                using (writer.PushSequence())
                {
                    Algorithm(writer, ImprintOid);
                    writer.WriteOctetString(SHA256.HashData(imprinted));
                }
            }

            writer.WriteInteger(4711);
            writer.WriteGeneralizedTime(Time, omitFractionalSeconds: true);
            if (Accuracy is { } accuracy)
            {
                using (writer.PushSequence())
                {
                    writer.WriteInteger(accuracy.Seconds);
                    WriteFraction(writer, accuracy.Millis, 0);
                    WriteFraction(writer, accuracy.Micros, 1);
                }
            }

            writer.WriteInteger(Nonce);
            if (CriticalExtension)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1, isConstructed: true)))
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.3.4");
                    writer.WriteBoolean(true);
                    writer.WriteOctetString([1]);
                }
            }
        }

        return writer.Encode();
    }

    // RFC 3161 has no fraction of zero: it is left out.
    private static void WriteFraction(AsnWriter writer, int value, int number)
    {
        if (value != 0)
        {
            writer.WriteInteger(value, new Asn1Tag(TagClass.ContextSpecific, number));
        }
    }

    private void SignedData(AsnWriter writer, byte[] info)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(3);
            using (writer.PushSetOf())
            {
                Algorithm(writer, Sha256);
            }

            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(InfoOid);
                using (writer.PushSequence(Tag0))
                {
                    writer.WriteOctetString(info);
                }
            }

            using (writer.PushSetOf(Tag0))
            {
                if (Embed)
                {
                    writer.WriteEncodedValue(Authority.Certificate);
                }

                foreach (var authority in Authorities)
                {
                    writer.WriteEncodedValue(authority);
                }
            }

            using (writer.PushSetOf())
            {
                for (var i = 0; i < Signers; i++)
                {
                    Signer(writer, info);
                }
            }
        }
    }

    private void Signer(AsnWriter writer, byte[] info)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(Authority.Certificate);
        using (writer.PushSequence())
        {
            writer.WriteInteger(ByKeyIdentifier ? 3 : 1);
            if (ByKeyIdentifier)
            {
                var identifier = certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single();
                writer.WriteOctetString(identifier.SubjectKeyIdentifierBytes.Span, new Asn1Tag(TagClass.ContextSpecific, 0));
            }
            else
            {
                using (writer.PushSequence())
                {
                    writer.WriteEncodedValue(certificate.IssuerName.RawData);
                    writer.WriteInteger(certificate.SerialNumberBytes.Span);
                }
            }

            Algorithm(writer, Sha256);
            var signed = info;
            if (WithAttributes)
            {
                var attributes = Attributes(info);
                signed = attributes;
                var tagged = attributes.ToArray();
                tagged[0] = 0xa0;
                writer.WriteEncodedValue(tagged);
            }

            Algorithm(writer, SignatureOid);
            writer.WriteOctetString((Key ?? Authority.Key) switch
            {
                ECDsa ecdsa => ecdsa.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
                RSA rsa => rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                _ => throw new InvalidOperationException(),
            });
        }
    }

    private byte[] Attributes(byte[] info)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            Attribute(writer, "1.2.840.113549.1.9.3", w => w.WriteObjectIdentifier(AttributeContentType));
            for (var i = 0; i < (DoubleAttribute ? 2 : 1); i++)
            {
                Attribute(writer, "1.2.840.113549.1.9.4", w => w.WriteOctetString(AttributeDigest ?? SHA256.HashData(info)));
            }

            if (Bind)
            {
                var bound = BoundCertificate ?? Authority.Certificate;
                Attribute(writer, OldBinding ? "1.2.840.113549.1.9.16.2.12" : "1.2.840.113549.1.9.16.2.47", w =>
                {
                    using (w.PushSequence())
                    using (w.PushSequence())
                    using (w.PushSequence())
                    {
#pragma warning disable CA5350 // The old attribute is defined with SHA-1.
                        w.WriteOctetString(OldBinding ? SHA1.HashData(bound) : SHA256.HashData(bound));
#pragma warning restore CA5350
                    }
                });
            }
        }

        return writer.Encode();
    }

    private static void Attribute(AsnWriter writer, string oid, Action<AsnWriter> value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSetOf())
            {
                value(writer);
            }
        }
    }

    private static void Algorithm(AsnWriter writer, string oid)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
        }
    }
}
