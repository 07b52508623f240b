/**
 * A property file as libraries have them, and the near misses in it that `doctor` names, with the keys they stand for.
 */
export interface ExistingFile {
	readonly name: string;
	readonly text: string;
	readonly misses?: Readonly<Record<string, string>>;
}

/** What every file needs to run as the component of the tests. */
const CONDITIONS = `autonomous.pastSuccessfulEvents=Data_Archived
autonomous.futureEvents=Batch_Sampled
`;
const EVENT = "autonomous.eventID=Batch_Sampled\n";
const COMMAND = "autonomous.component.command=sh -c true\n";

export const EXISTING_FILES: readonly ExistingFile[] = [
	{
		name: "the least there is",
		text: `${CONDITIONS}${EVENT}${COMMAND}`,
	},
	{
		name: "every optional key blank",
		text: `${CONDITIONS}${EVENT}${COMMAND}autonomous.maxThreads=
autonomous.workQueueSize =
autonomous.maxRuntimeForWorkers:
autonomous.sboi.pageSize
autonomous.oldEvents=
autonomous.itemTypes=
autonomous.pastFailedEvents=
autonomous.component.version=
autonomous.component.event=
autonomous.component.threadsPerBatch=
autonomous.component.maxResults=
autonomous.lockserver.url=
tangles.mongo.uri=
tangles.mongo.database=
`,
	},
	{
		name: "a repository's and its database's keys",
		text: `# Fedora
doms.server=http://doms:7880/fedora
doms.username=fedoraAdmin
doms.password=secret
doms.pidgenerator.location=http://doms:7880/pidgenerator
autonomous.sboi.url=http://sboi:8983/solr
autonomous.component.fedora.retries=5
autonomous.component.fedoraDelayBetweenRetries=100
mfpak.postgres.url=jdbc:postgresql://mfpak
mfpak.postgres.user=mfpak
mfpak.postgres.password=
${CONDITIONS}${EVENT}${COMMAND}`,
	},
	{
		name: "a tree iterator's keys, and an empty list",
		text: `iterator.useFileSystem=true
iterator.filesystem.batches.folder=/data/batches
iterator.filesystem.groupingchar=.
iterator.filesystem.datafilepattern=.*\\\\.jp2$
autonomous.batch.structure.folder=/data/structure
${CONDITIONS}autonomous.oldEvents=,
${EVENT}${COMMAND}`,
	},
	{
		name: "mail and its own thread count",
		text: `smtp.host=mail
smtp.port=25
smtp.to=staff@library.example
maxThreads=8
${CONDITIONS}${EVENT}${COMMAND}autonomous.maxThreads=1
`,
	},
	{
		name: "a cluster's keys",
		text: `hadoop.config.path=/etc/hadoop
hadoop.files.per.map.tasks=5
job.name=histogram
scape.jp2.threshold=0.9
ninestars.qa.executable=/opt/ninestars/qa
file.storage.path=/data/storage
dissemination.folder=/data/out
delay.between.polls=
${CONDITIONS}${EVENT}${COMMAND}`,
	},
	{
		name: "both names of the event, spaces and a continued line",
		text: `autonomous.pastSuccessfulEvents = Data_Archived ,\\
    Data_Archived
autonomous.futureEvents:\tBatch_Sampled
autonomous.eventID = Batch_Sampled   
autonomous.component.event = Batch_Sampled
${COMMAND}autonomous.maxRuntimeForWorkers=9223372036854775807
`,
	},
	{
		name: "Windows line ends and latin-1 in a comment",
		text: `# Bestand der Universitätsbibliothek
${CONDITIONS}${EVENT}${COMMAND}log4j.configuration=C:\\\\log4j.xml
`.replaceAll("\n", "\r\n"),
	},
	{
		name: "the number of processes, types with a colon, a time limit",
		text: `simultaneousProcesses: 3
autonomous.maxThreads=
autonomous.workQueueSize=
autonomous.maxRuntimeForWorkers=60000
autonomous.itemTypes=doms:ContentModel_RoundTrip, Newspaper
autonomous.futureEvents=Batch_Sampled,Manually_stopped,Freigabe durch die Universit\\u00e4t v1.2
autonomous.pastSuccessfulEvents=Data_Archived
${EVENT}${COMMAND}`,
	},
	{
		name: "a few near misses",
		text: `${CONDITIONS}${EVENT}${COMMAND}autonomous.maxThread=4
autonomous.component.maxresults=5
autonomous.simultaneousProcess=3
autonomous.OldEvents=
`,
		misses: {
			"autonomous.maxThread": "autonomous.maxThreads",
			"autonomous.component.maxresults": "autonomous.component.maxResults",
			"autonomous.simultaneousProcess": "autonomous.simultaneousProcesses",
		},
	},
	{
		name: "a key that stands twice, and more near misses",
		text: `${CONDITIONS}${EVENT}${COMMAND}autonomous.maxThreads=2
autonomous.maxThreads=1
autonomous.workqueuesize=3
tangles.mongo.url=mongodb://elsewhere
`,
		misses: { "autonomous.workqueuesize": "autonomous.workQueueSize", "tangles.mongo.url": "tangles.mongo.uri" },
	},
];
