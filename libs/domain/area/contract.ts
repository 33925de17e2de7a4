export { areaEvents, areaLists, type Area, type AreaList } from './area';
export { AreaDirectory, readAreas, significant } from './directory';
