namespace EdgeSync.Contracts;

/// <summary>
/// Every reason code that the agent, its verbs and HQ give, with where its cause lies, what the agent does and what a person does. The pipeline decides by
/// this table whether a release fails or waits; docs/reasons.md is written from it.
/// </summary>
public static class ReasonTable
{
    private const string Fails = "The release fails: the site goes back to last-good and puts the bundle into quarantine.";
    private const string Refuses = "It is refused before anything changes; what runs goes on.";
    private const string Waits = "The release waits where it is and is tried again; no rollback, no quarantine.";
    private const string Retries = "It is tried again, later and later; what runs goes on.";
    private const string Reports = "It is reported; what runs goes on.";
    private const string Ends = "The command ends; nothing was changed.";

    /// <summary>All entries by subject, in the order of docs/reasons.md.</summary>
    public static IReadOnlyList<(string Subject, IReadOnlyList<ReasonEntry> Entries)> Subjects { get; } =
    [
        ("Releases, bundles and their trust",
        [
            new("DigestMismatch", ReasonKind.Bundle, "Content does not have the digest that it was asked for by.", Refuses, "Push the content again; if it comes back, look for a proxy or a mirror that changes it."),
            new("SignatureMissing", ReasonKind.Bundle, "The bundle has no signature.", Refuses, "Sign it with 'edgesync bundle sign'."),
            new("SignatureUntrusted", ReasonKind.Bundle, "No key that the site trusts has signed the bundle.", Refuses, "Sign it with a trusted key, or add the key to the trust policy."),
            new("AttestationMissing", ReasonKind.Bundle, "An attestation that the trust policy asks for is missing or does not satisfy it.", Refuses, "Attach the attestation, or change the policy."),
            new("NoTrustRule", ReasonKind.Bundle, "No rule of the trust policy is for this repository and channel.", Refuses, "Add a rule for it."),
            new("ThresholdNotMet", ReasonKind.Bundle, "Too few trusted keys have signed the release.", Refuses, "Let more of the release keys sign it ('edgesync release sign')."),
            new("ReleaseMalformed", ReasonKind.Bundle, "The release cannot be read.", Refuses, "Publish it again."),
            new("WrongChannel", ReasonKind.Bundle, "The release is for another channel.", Refuses, "Publish it for this channel."),
            new("SequenceReplayed", ReasonKind.Bundle, "The site has seen a newer release.", Refuses, "Publish with a higher sequence."),
            new("SequenceEquivocation", ReasonKind.Bundle, "Two different releases have one number, and both are signed.", Refuses, "Find out who signed the second one; both records are in the site's evidence folder."),
            new("EpochTooFar", ReasonKind.Bundle, "The release's epoch is far above what the site has seen.", Refuses, "Publish with the next epoch."),
            new("ReleaseExpired", ReasonKind.Bundle, "The release's time is over.", Refuses, "Publish it again with a later expiry."),
            new("AgentTooOld", ReasonKind.Bundle, "The release needs a newer agent.", Refuses, "Install the agent that it names."),
            new("RequirementsNotMet", ReasonKind.Bundle, "The bundle needs another version of Kubernetes or of the agent.", Refuses, "Update the site, or release a bundle for its version."),
            new("BundleInvalid", ReasonKind.Bundle, "The bundle cannot be read or has invalid content.", Refuses, "Correct it, check it with 'edgesync bundle lint', and release again."),
            new("BundleEmpty", ReasonKind.Bundle, "The bundle has no object.", Refuses, "Release one that has."),
            new("DestructiveChange", ReasonKind.Bundle, "It would delete more than the policy allows.", Refuses, "If that is meant, publish with the --allow-prune that the message names."),
            new("BundleRevoked", ReasonKind.Bundle, "The bundle was revoked. Where it runs, it goes on.", Refuses, "Release another bundle."),
            new("Quarantined", ReasonKind.Bundle, "The bundle failed here before and is not tried again.", Refuses, "Release another bundle, publish with --retry-failed, or run 'edgesync quarantine lift DIGEST'."),
            new("NotForThisSite", ReasonKind.Bundle, "The release is for other sites.", "The site goes on with what it has.", "Nothing; to include the site, change the selector or its labels."),
            new("ReleaseNotYetValid", ReasonKind.Bundle, "The release's time has not come.", "The release waits, staged, until its time.", "Nothing."),
            new("ImageNotStaged", ReasonKind.Bundle, "The container runtime did not take an image.", "Tried again; refused where the runtime says that the reference is invalid.", "Look at the runtime's log; check the image's name and platform."),
            new("ApplyRejected", ReasonKind.Bundle, "The cluster refused an object for what it says.", Fails, "Correct the manifests and release again."),
            new("HealthDeadlineExceeded", ReasonKind.Bundle, "Objects did not become healthy in time.", Fails, "Look at the objects; raise healthTimeout or healthDeadline if they only need longer."),
            new("HealthFailed", ReasonKind.Bundle, "An object cannot become healthy by itself.", Fails, "Look at the pods' logs; correct the bundle and release again."),
            new("LastGoodRevoked", ReasonKind.Bundle, "A release failed, and what ran before was revoked.", "Nothing is gone back to; what could be applied stays.", "Publish a release that works."),
            new("NoLongerTrusted", ReasonKind.Bundle, "The trust policy would not accept what runs.", Reports, "Release a bundle that is signed by today's keys."),
        ]),
        ("The site",
        [
            new("Held", ReasonKind.Site, "A person or a device at the site holds changes.", Waits, "'edgesync hold list' shows who; 'edgesync hold clear' ends it."),
            new("ClockDoubted", ReasonKind.Site, "The site has reason to doubt its clock.", Waits, "Correct the clock."),
            new("MemoryDiffers", ReasonKind.Site, "The two copies of what the site knows of its channels differ.", Waits, "Find out whether an old backup was restored."),
            new("CertificateNotRenewed", ReasonKind.Site, "The site's certificate for the broker ends soon or has ended.", Reports, "See the message; 'edgesync enroll' makes a new one."),
            new("LedgerNotSigned", ReasonKind.Site, "The ledger key cannot sign now.", Reports, "Look at the TPM or token; acknowledgements wait on the site."),
            new("ContentLost", ReasonKind.Site, "Content of what runs is damaged or missing in the cache.", "It is fetched again as soon as the registry answers.", "Nothing while the link is up; if it comes back, check the disk."),
            new("DriftContested", ReasonKind.Site, "Something in the cluster changes an object again and again.", "The object is repaired later and later.", "Let only one of the two decide: take the field out of the bundle, or stop the other."),
            new("InternalError", ReasonKind.Site, "A fault of EdgeSync.", "It is tried again.", "Report it with the log."),
            new("ContentBusy", ReasonKind.Site, "Another process writes this content just now.", Waits, "Nothing."),
            new("DiskFull", ReasonKind.Site, "The disk is full, or would be.", Waits, "Free space."),
            new("ContentMissing", ReasonKind.Site, "Content that is asked for is not in the store.", "It is fetched again.", "Nothing while the link is up."),
            new("ContentDamaged", ReasonKind.Site, "Content in the store is damaged.", "It is fetched again.", "Check the disk."),
            new("RuntimeUnavailable", ReasonKind.Site, "The container runtime does not answer.", Waits, "Look at 'systemctl status k3s' or containerd."),
        ]),
        ("The cluster",
        [
            new("ClusterUnreachable", ReasonKind.Site, "No connection to the API server.", Waits, "Check that the cluster runs."),
            new("ClusterTimeout", ReasonKind.Site, "The API server did not answer in time.", Waits, "Look at the load of the host."),
            new("ClusterNotTrusted", ReasonKind.Site, "The API server's certificate is not trusted.", Waits, "Check the kubeconfig's certificate authority."),
            new("ClusterAnswerInvalid", ReasonKind.Site, "The API server's answer cannot be read.", Waits, "Check what answers at the kubeconfig's address."),
            new("KubeconfigInvalid", ReasonKind.Site, "The kubeconfig cannot be used.", Waits, "Correct it, or give its path in cluster.kubeconfig."),
            new("CredentialPluginMissing", ReasonKind.Site, "The kubeconfig's login program cannot be started.", Waits, "Install it, or correct its path."),
            new("CredentialPluginFailed", ReasonKind.Site, "That program ended with an error.", Waits, "Run it by hand."),
            new("CredentialPluginTimeout", ReasonKind.Site, "That program did not end in time.", Waits, "Run it by hand."),
            new("CredentialPluginInvalid", ReasonKind.Site, "That program gave no credential that can be used.", Waits, "Run it by hand."),
            new("ClusterUnauthorized", ReasonKind.Site, "The API server does not accept the credentials.", Waits, "Check the credentials of the kubeconfig."),
            new("ClusterForbidden", ReasonKind.Site, "The agent may not do this in the cluster.", Waits, "Give the agent's user the right; the release goes on by itself."),
            new("QuotaExceeded", ReasonKind.Site, "A ResourceQuota is used up, or asks for more than the pods say.", Waits, "Raise the quota or free what it counts; the release goes on by itself."),
            new("AdmissionUnavailable", ReasonKind.Site, "An admission or conversion webhook does not answer.", Waits, "Start the webhook, or remove its configuration; the release goes on by itself."),
            new("NamespaceTerminating", ReasonKind.Site, "The namespace is being deleted.", Waits, "If it stays, look for finalizers."),
            new("ObjectConflict", ReasonKind.Site, "The object changed in between, or belongs to another tool.", Waits, "Nothing, unless the message names another tool."),
            new("ResourceExpired", ReasonKind.Site, "The version to read from is too old.", Waits, "Nothing."),
            new("ClusterBusy", ReasonKind.Site, "The API server asks to slow down.", Waits, "Nothing."),
            new("ClusterError", ReasonKind.Site, "The API server, its database or a proxy before it had an error.", Waits, "Look at the API server's log."),
            new("AdmissionDenied", ReasonKind.Bundle, "A policy of the cluster refuses the object.", Fails, "Correct the object, or change the policy."),
            new("NamespaceMissing", ReasonKind.Bundle, "The namespace does not exist.", Fails, "Put the Namespace into the bundle."),
            new("ObjectMissing", ReasonKind.Bundle, "The object does not exist.", Fails, "Correct the reference."),
            new("KindUnknown", ReasonKind.Bundle, "The cluster does not know the kind.", Fails, "Put its CustomResourceDefinition into the bundle, or correct apiVersion and kind."),
            new("FieldConflict", ReasonKind.Bundle, "Another field manager owns the fields.", Fails, "Take the fields out of the bundle, or let EdgeSync take them over."),
            new("ObjectTooLarge", ReasonKind.Bundle, "The object is larger than the cluster stores.", Fails, "Split it."),
            new("ObjectInvalid", ReasonKind.Bundle, "The object breaks a rule of its kind.", Fails, "Correct it."),
            new("ObjectImmutable", ReasonKind.Bundle, "The live object has fields that cannot be changed so.", Fails, "Give the object another name, or allow EdgeSync to recreate it."),
            new("ManifestInvalid", ReasonKind.Bundle, "A manifest cannot be read.", Fails, "Correct it; 'edgesync bundle lint' names the line."),
        ]),
        ("The registry",
        [
            new("RegistryUnreachable", ReasonKind.Link, "No connection to the registry, or none that lasted.", Retries, "Check address, DNS and link."),
            new("ConnectionLost", ReasonKind.Link, "The connection broke.", Retries, "Nothing."),
            new("TransferTooSlow", ReasonKind.Link, "Content came too slowly or stopped coming.", Retries, "Nothing, unless it stays so."),
            new("TlsRejected", ReasonKind.Link, "The TLS handshake failed.", Retries, "Check certificate, authority and name."),
            new("RateLimited", ReasonKind.Link, "The registry asks for fewer requests.", Retries, "Nothing."),
            new("RegistryError", ReasonKind.Link, "The registry answered with a server error.", Retries, "See the registry's log."),
            new("Unauthorized", ReasonKind.Link, "The registry does not accept the credentials, or wants some.", Refuses, "Check the credentials for this registry."),
            new("Denied", ReasonKind.Link, "The account may not do this.", Refuses, "Ask who runs the registry."),
            new("NotFound", ReasonKind.Link, "There is no such repository, tag or content.", Refuses, "Check the name, and that it was pushed."),
            new("ProtocolViolation", ReasonKind.Link, "The answer is not one of a registry.", Refuses, "Check the address, and whether it speaks TLS."),
            new("CredentialsInvalid", ReasonKind.Link, "The configured credentials, certificate or key cannot be used.", Refuses, "Correct the file that the message names."),
            new("PushRejected", ReasonKind.Link, "The registry refused what was pushed.", Ends, "See the registry's words."),
            new("FreezeSuspected", ReasonKind.Link, "The newest release has expired and nothing newer came.", "No change begins; what runs is kept and repaired.", "Publish again with a later expiry; if you did, check registry and link."),
            new("ContentTooLarge", ReasonKind.Bundle, "Content is larger than it says or than is accepted.", Refuses, "Push it again."),
            new("BlobTooLarge", ReasonKind.Bundle, "A blob is larger than this site fetches.", Refuses, "Make the image smaller, or raise fetch.maxBlobSize."),
            new("PlatformMissing", ReasonKind.Bundle, "An image has nothing for the site's platform.", Refuses, "Build the image for it."),
            new("LayoutInvalid", ReasonKind.Bundle, "The folder is no OCI image layout.", Ends, "Correct the path."),
        ]),
        ("Trust roots and revocations",
        [
            new("RootMalformed", ReasonKind.Site, "The root cannot be read.", Refuses, "Publish it again."),
            new("RootForAnotherFleet", ReasonKind.Site, "The root is for another fleet.", Refuses, "Publish the one of this fleet."),
            new("RootReplayed", ReasonKind.Site, "The root is older than the one that counts here.", Refuses, "Publish a newer one."),
            new("RootEquivocation", ReasonKind.Site, "Two different roots have one version, and both are signed.", Refuses, "Find out who signed the second one."),
            new("RootSkipped", ReasonKind.Site, "Roots before this one are missing here.", Refuses, "Publish or import them."),
            new("RootOldThresholdNotMet", ReasonKind.Site, "Too few root keys of the version before have signed.", Refuses, "Let more of them sign ('edgesync trust sign')."),
            new("RootNewThresholdNotMet", ReasonKind.Site, "Too few of its own root keys have signed.", Refuses, "Let more of them sign."),
            new("RootKeyTwice", ReasonKind.Site, "The root has one key twice in a role.", Refuses, "Make it again."),
            new("RootKeyRevoked", ReasonKind.Site, "The root gives a role to a revoked key.", Refuses, "Make it again without the key."),
            new("SignerRevoked", ReasonKind.Bundle, "Only with revoked keys are there enough signatures.", Refuses, "Sign with keys that count."),
            new("RevocationsMalformed", ReasonKind.Site, "The list of revocations cannot be read.", Refuses, "Publish it again."),
            new("RevocationsForAnotherFleet", ReasonKind.Site, "The list is for another fleet.", Refuses, "Publish the one of this fleet."),
            new("RevocationsAhead", ReasonKind.Site, "The list names a root that is not here yet.", Refuses, "Publish or import the root."),
            new("RevocationsReplayed", ReasonKind.Site, "The list is older than the one that counts here.", Refuses, "Publish a newer one."),
            new("RevocationsEquivocation", ReasonKind.Site, "Two different lists have one number, and both are signed.", Refuses, "Find out who signed the second one."),
            new("RevocationsShrunk", ReasonKind.Site, "The list lacks what the one before has revoked.", Refuses, "Make it from the newest list."),
            new("RevocationsThresholdNotMet", ReasonKind.Site, "Too few root keys have signed the list.", Refuses, "Let more of them sign."),
            new("RootExpired", ReasonKind.Site, "The newest root has expired.", Waits, "Publish a newer one."),
            new("RootRolledBack", ReasonKind.Site, "The site has known a newer root than its state holds.", Waits, "Import the newest root."),
            new("RootChainBroken", ReasonKind.Site, "A stored root is missing or damaged.", Waits, "Import the roots again."),
            new("RevocationsRolledBack", ReasonKind.Site, "The site has known a newer list than its state holds.", Waits, "Import the newest list."),
        ]),
        ("The broker",
        [
            new("BrokerUnreachable", ReasonKind.Link, "No connection to the broker.", Retries, "Check address, port and link."),
            new("TlsFilesUnusable", ReasonKind.Link, "A certificate or key file for the broker cannot be used.", Retries, "Correct the file that the message names."),
            new("ConnectTimeout", ReasonKind.Link, "The broker did not answer in time.", Retries, "Nothing, unless it stays so."),
            new("NotAuthorized", ReasonKind.Link, "The broker refuses the client, its name or its password.", Retries, "Check certificate and client identifier at the broker."),
            new("ConnectRefused", ReasonKind.Link, "The broker refuses the connection.", Retries, "Use a broker that speaks MQTT 5.0."),
            new("BrokerBusy", ReasonKind.Link, "The broker asks to come back later.", Retries, "Nothing."),
            new("BrokerMoved", ReasonKind.Link, "The broker names another server.", Retries, "Configure that one."),
            new("BrokerSilent", ReasonKind.Link, "The broker no longer answers.", Retries, "Nothing."),
            new("DisconnectedByBroker", ReasonKind.Link, "The broker closed the connection and said why.", Retries, "See its words."),
            new("SessionTakenOver", ReasonKind.Link, "Another client uses the same client identifier.", Retries, "Give each its own."),
            new("SessionLost", ReasonKind.Link, "The broker lost the session.", Retries, "Nothing; it is sent again."),
            new("Offline", ReasonKind.Link, "There is no connection.", Retries, "Nothing."),
            new("QueueFull", ReasonKind.Link, "More messages wait than the queue holds.", Retries, "Nothing."),
            new("Stopped", ReasonKind.Link, "The client is stopping.", Retries, "Nothing."),
            new("PublishRefused", ReasonKind.Link, "The broker does not accept a message.", Retries, "Check what the broker allows this client."),
            new("SubscriptionRefused", ReasonKind.Link, "The broker does not accept a subscription.", Retries, "Check what the broker allows this client."),
            new("PacketTooLarge", ReasonKind.Link, "A message is larger than the broker allows.", Retries, "Raise the broker's limit."),
            new("NotSupportedByBroker", ReasonKind.Link, "The broker lacks what the message needs.", Retries, "Configure or replace the broker."),
            new("MessageExpired", ReasonKind.Link, "A message's time was over before it could be sent.", Retries, "Nothing."),
            new("MessageInvalid", ReasonKind.Link, "A message is not one that may be sent.", Retries, "Report it with the log."),
        ]),
        ("Keys and state of the machine",
        [
            new("KeyUnusable", ReasonKind.Site, "The text or file is no key that EdgeSync can use.", Ends, "Give another key."),
            new("KeyUnreadable", ReasonKind.Site, "The key file is missing or cannot be read.", Ends, "Check path and rights."),
            new("KeyExposed", ReasonKind.Site, "Other users may read the private key.", Ends, "chmod 600."),
            new("KeyPasswordWrong", ReasonKind.Site, "The key is encrypted, and the password is missing or wrong.", Ends, "Give the right password."),
            new("KeyProviderMissing", ReasonKind.Site, "OpenSSL's provider for a key in hardware is not installed.", Ends, "Install it."),
            new("KeyNotFound", ReasonKind.Site, "The TPM or token has no such key.", Ends, "Check the key's address."),
            new("KeyNotAnswering", ReasonKind.Site, "The TPM or token does not answer.", Ends, "Try again."),
            new("KeyPinMissing", ReasonKind.Site, "The file with the PIN is missing or empty.", Ends, "Write the PIN into it."),
            new("KeyPinWrong", ReasonKind.Site, "The token refuses the PIN.", Ends, "Correct the PIN before the token locks."),
            new("KeyChanged", ReasonKind.Site, "The key in hardware is not the expected one.", Ends, "Enrol the site again, or put the token back."),
            new("SignatureTagUnusable", ReasonKind.Site, "No signature can be added under the signature's tag.", Ends, "Remove what is there."),
            new("EnvelopeFull", ReasonKind.Site, "The envelope has as many signatures as it may.", Ends, "Sign a new release."),
            new("TrustPolicyInvalid", ReasonKind.Site, "The trust policy cannot be used.", Ends, "Correct it."),
            new("TrustedRootInvalid", ReasonKind.Site, "The file is no trusted_root.json that can be used.", Ends, "Give another."),
            new("AddressInUse", ReasonKind.Site, "An address of the agent is taken.", Ends, "Stop the other program, or change mirror.listen."),
            new("AlreadyExists", ReasonKind.Site, "The file is there already and is not replaced.", Ends, "Give another name."),
            new("ConfigurationInvalid", ReasonKind.Site, "The configuration is wrong.", Ends, "Correct the lines that are named."),
            new("CredentialUnreadable", ReasonKind.Site, "A credential file cannot be read.", Ends, "Check path and rights."),
            new("DaemonUnavailable", ReasonKind.Site, "The agent does not answer at its socket.", Ends, "See 'systemctl status edgesync'."),
            new("ChannelUnknown", ReasonKind.Site, "This site has no such channel, or several and none was named.", Ends, "Name one that is in edgesync.yaml."),
            new("NoReleaseKnown", ReasonKind.Site, "This site knows no release of the channel, or none became healthy yet.", Ends, "Run 'edgesync sync', or name a bundle to plan."),
            new("DatabaseMissing", ReasonKind.Site, "There is no database.", Ends, "Start the agent once."),
            new("DatabaseNewer", ReasonKind.Site, "A newer version has written the database.", Ends, "Install that version."),
            new("DatabaseNotAllowed", ReasonKind.Site, "This user may not read the database.", Ends, "Run as root."),
            new("DatabaseOlder", ReasonKind.Site, "The database is of an older version.", Ends, "Start the agent once."),
            new("DatabaseUnusable", ReasonKind.Site, "The database cannot be used.", Ends, "Check the disk."),
            new("DirectoryUnusable", ReasonKind.Site, "A folder cannot be made.", Ends, "Check path and rights."),
            new("FileTooLarge", ReasonKind.Site, "A file is larger than is accepted.", Ends, "Give another."),
            new("FileUnreadable", ReasonKind.Site, "A file cannot be read.", Ends, "Check path and rights."),
            new("ReadFailed", ReasonKind.Site, "A folder cannot be read.", Ends, "Check path and rights."),
            new("WriteFailed", ReasonKind.Site, "A file cannot be written.", Retries, "Check path, rights and disk."),
            new("StateInUse", ReasonKind.Site, "Another edgesync uses the state directory.", Ends, "Wait for it, or stop it."),
            new("StateNotAllowed", ReasonKind.Site, "This user may not use the state directory.", Ends, "Run as root."),
            new("StateNotRead", ReasonKind.Site, "The site's state cannot be read.", Ends, "Check the disk."),
            new("StateNotWritten", ReasonKind.Site, "The site's state cannot be written.", Retries, "Check the disk."),
            new("HoldInvalid", ReasonKind.Site, "The request for a hold is not valid.", Ends, "Correct it."),
            new("NoSuchHold", ReasonKind.Site, "Nobody of that name holds the site.", Ends, "'edgesync hold list' shows who does."),
            new("QuarantineInvalid", ReasonKind.Site, "The request names no bundle or channel of this site.", Ends, "Correct it."),
            new("NotInQuarantine", ReasonKind.Site, "The bundle is not in quarantine.", Ends, "'edgesync quarantine list' shows what is."),
            new("NoTrustRoot", ReasonKind.Site, "The site was not installed with a trust root.", Ends, "Change the keys in its configuration."),
            new("IdentityDamaged", ReasonKind.Site, "The site's identity cannot be read.", Ends, "Enrol the site again."),
            new("LedgerKeyElsewhere", ReasonKind.Site, "The site has another ledger key already.", Ends, "Use that one."),
            new("LedgerKeyInvalid", ReasonKind.Site, "The arguments for the ledger key are wrong.", Ends, "Correct them."),
            new("LedgerKeyNotEnrolled", ReasonKind.Site, "The ledger key is in hardware and its public half is not known.", Ends, "Enrol the site."),
            new("SetupContradiction", ReasonKind.Site, "The command and the configuration contradict each other.", Ends, "Change one of them."),
            new("SetupNeedsName", ReasonKind.Site, "A first configuration needs the site's name.", Ends, "Give --site."),
            new("SetupNoRuntime", ReasonKind.Site, "Neither k3s nor containerd is on this host.", Ends, "Install one of them."),
            new("SetupCannotMerge", ReasonKind.Site, "A file cannot be changed safely.", Ends, "Change it by hand."),
            new("SetupCannotRead", ReasonKind.Site, "A file cannot be read.", Ends, "Run as root."),
            new("SetupCannotWrite", ReasonKind.Site, "A file cannot be written.", Ends, "Run as root."),
        ]),
        ("Publishing and HQ",
        [
            new("BundleNotFound", ReasonKind.Bundle, "There is no bundle at the reference.", Ends, "Push it first."),
            new("BundleUnnamed", ReasonKind.Bundle, "The bundle has no name or version.", Ends, "Build it again."),
            new("ChannelEmpty", ReasonKind.Bundle, "The channel has no release.", Ends, "Publish one."),
            new("ChannelTagTaken", ReasonKind.Bundle, "The tag holds something that is no release.", Ends, "Give another channel."),
            new("CurrentReleaseUnknown", ReasonKind.Bundle, "None of the given keys has signed the current release.", Ends, "Give its key with --known."),
            new("ReleaseChanged", ReasonKind.Bundle, "The release changed in between.", Ends, "Look at it again."),
            new("TrustTagTaken", ReasonKind.Bundle, "The tag holds something that is no trust.", Ends, "Give another repository."),
            new("TrustInvalid", ReasonKind.Bundle, "The trust record is not one that sites accept.", Ends, "Correct it."),
            new("TrustFileUnreadable", ReasonKind.Bundle, "The trust file cannot be read.", Ends, "Check the path."),
            new("EnrolmentAddressInvalid", ReasonKind.Link, "HQ's address or its authorities cannot be used.", Ends, "Correct them."),
            new("EnrolmentAnswerInvalid", ReasonKind.Link, "HQ's answer cannot be used.", Ends, "Check the address."),
            new("EnrolmentCannotWrite", ReasonKind.Link, "The site's identity cannot be written.", Ends, "Run as root."),
            new("EnrolmentNeedsToken", ReasonKind.Link, "The enrolment token is missing or cannot be read.", Ends, "Get one from HQ."),
            new("EnrolmentRefused", ReasonKind.Link, "HQ refuses the enrolment.", Ends, "Get a new token from HQ."),
            new("HqAddressUnknown", ReasonKind.Link, "The site does not know HQ's address.", Ends, "Enrol the site again."),
            new("HqUnavailable", ReasonKind.Link, "HQ does not answer.", Retries, "Check address and link."),
            new("RenewalRefused", ReasonKind.Link, "HQ refuses to renew the certificate.", Retries, "See HQ's log; enrol the site again."),
            new("SiteRevoked", ReasonKind.Link, "HQ has revoked the site.", Ends, "Ask who runs HQ."),
            new("SiteUnknown", ReasonKind.Link, "HQ does not know the site.", Ends, "Enrol it."),
            new("CertificateRequestRefused", ReasonKind.Link, "HQ refuses the certificate request.", Ends, "See HQ's log."),
            new("NameInvalid", ReasonKind.Link, "The name is not one that HQ takes.", Ends, "Give another."),
            new("NameTaken", ReasonKind.Link, "The name is taken at HQ.", Ends, "Give another."),
            new("PasswordTooWeak", ReasonKind.Link, "The password is too weak for HQ.", Ends, "Give a longer one."),
            new("AuthorityUnusable", ReasonKind.Link, "HQ's certificate authority cannot be used.", Ends, "See HQ's log."),
            new("BrokerUnavailable", ReasonKind.Link, "HQ does not reach its broker.", Ends, "Check the broker."),
            new("RequestInvalid", ReasonKind.Link, "HQ does not understand the request.", Ends, "Update the agent or HQ."),
            new("NotAllowed", ReasonKind.Link, "The user may not do this at HQ.", Ends, "Ask who runs HQ."),
            new("LoginRequired", ReasonKind.Link, "HQ wants a login.", Ends, "Log in."),
            new("StorageUnavailable", ReasonKind.Link, "HQ cannot use its database.", Ends, "See HQ's log."),
            new("TooManyStreams", ReasonKind.Link, "Too many pages of HQ are open at once.", Ends, "Close some."),
        ]),
    ];

    private static readonly Dictionary<string, ReasonEntry> ByCode =
        Subjects.SelectMany(subject => subject.Entries).ToDictionary(entry => entry.Code, StringComparer.Ordinal);

    /// <summary>The entry of this code, or null.</summary>
    public static ReasonEntry? Find(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>Whether the cause of this code lies with the site.</summary>
    public static bool IsOfTheSite(string code) => Find(code)?.Kind == ReasonKind.Site;
}

/// <summary>Where the cause of a reason lies.</summary>
public enum ReasonKind
{
    /// <summary>With the bundle or its release: only another one helps.</summary>
    Bundle,

    /// <summary>With the site, its cluster or its trust: the release is good and waits.</summary>
    Site,

    /// <summary>With the link, or with who answers at its other end: registry, broker, HQ.</summary>
    Link,
}

/// <summary>One reason code.</summary>
/// <param name="Code">The code.</param>
/// <param name="Kind">Where the cause lies.</param>
/// <param name="Means">What it means, in one sentence.</param>
/// <param name="Agent">What the agent does.</param>
/// <param name="Person">What a person does.</param>
public sealed record ReasonEntry(string Code, ReasonKind Kind, string Means, string Agent, string Person);
